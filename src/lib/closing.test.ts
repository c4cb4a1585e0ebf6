import { expect, it } from 'vitest'
import { Closing } from './closing.ts'

it('closes in reverse order, everything, also what comes after a failure, and tells the first failure', async () => {
  const closed: string[] = []
  const closing = new Closing()
  closing.add(() => void closed.push('first'))
  closing.add(() => Promise.reject(new Error('stuck')))
  closing.add(async () => void closed.push('last'))
  await expect(closing.close()).rejects.toThrow('stuck')
  expect(closed).toEqual(['last', 'first'])
})

it('closing twice is closing once, and both wait', async () => {
  let closed = 0
  const closing = new Closing()
  closing.add(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    closed++
  })
  void closing.close()
  await closing.close()
  expect(closed).toBe(1)
})
