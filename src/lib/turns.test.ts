import { expect, it } from 'vitest'
import { Turns } from './turns.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

it('lets so many tasks run at once, the others in order', async () => {
  const turns = new Turns(2, 10)
  const begun: number[] = []
  let running = 0
  let most = 0
  const task = (id: number) => async () => {
    begun.push(id)
    most = Math.max(most, ++running)
    await turn()
    running -= 1
    return id
  }
  expect(await Promise.all([1, 2, 3, 4, 5].map((id) => turns.take(task(id))))).toEqual([1, 2, 3, 4, 5])
  expect(begun).toEqual([1, 2, 3, 4, 5])
  expect(most).toBe(2)
})

it('goes on after a task that failed', async () => {
  const turns = new Turns(1, 10)
  const failing = expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await turns.take(async () => 'next')).toBe('next')
  await failing
})

it('refuses when too many wait', async () => {
  const turns = new Turns(1, 1)
  const both = [turns.take(turn), turns.take(turn)]
  await expect(turns.take(turn)).rejects.toThrow('1 tasks are waiting')
  await Promise.all(both)
})
