import { expect, it } from 'vitest'
import { reasonOf } from './expected-reason.ts'

class LineLost extends Error {}

it('tells what a failure says that is expected', () => {
  expect(reasonOf(Object.assign(new Error('no such file'), { code: 'ENOENT' }))).toBe('no such file')
  expect(reasonOf(new LineLost('the line is gone'), RangeError, LineLost)).toBe('the line is gone')
})

it('lets a bug go on its way', () => {
  expect(() => reasonOf(new TypeError('x is not a function'), LineLost)).toThrow('x is not a function')
  expect(() => reasonOf('thrown text')).toThrow('thrown text')
})
