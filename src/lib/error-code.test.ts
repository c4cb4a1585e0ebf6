import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { hasCode } from './error-code.ts'

it('knows an error of the system by its code, and nothing else', async () => {
  const missing: unknown = await readFile('/nowhere/at/all').then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(hasCode(missing, 'ENOENT')).toBe(true)
  expect(hasCode(missing, 'EEXIST', 'ENOENT')).toBe(true)
  expect(hasCode(missing, 'EEXIST')).toBe(false)
  expect(hasCode(missing)).toBe(false)
  expect(hasCode(new Error('ENOENT'), 'ENOENT')).toBe(false)
  expect(hasCode({ code: 'ENOENT' }, 'ENOENT')).toBe(false)
})
