import { describe, expect, it } from 'vitest'
import { silentLog } from '../lib/log.ts'
import { Batcher, StoreBusy } from './batcher.ts'

/** A batcher whose batches are noted and end when told to. */
function slowBatcher(maxBatch = 100, maxWaiting = 1000) {
  const batches: { items: readonly number[]; end(error?: Error): void }[] = []
  const batcher = new Batcher<number, number>({
    name: 'test',
    log: silentLog,
    maxBatch,
    maxWaiting,
    isPoison: (error) => error instanceof RangeError,
    run: (items) =>
      new Promise((resolve, reject) => {
        batches.push({
          items,
          end: (error) => (error ? reject(error) : resolve(items.map((item) => item * 10))),
        })
      }),
  })
  return { batcher, batches }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('Batcher', () => {
  it('starts at once when idle, with everything of the same turn', async () => {
    const { batcher, batches } = slowBatcher()
    const results = Promise.all([batcher.add(1), batcher.add(2)])
    await turn()
    expect(batches.map((batch) => batch.items)).toEqual([[1, 2]])
    batches[0]?.end()
    expect(await results).toEqual([10, 20])
  })

  it('collects what arrives while a batch is under way, up to its size', async () => {
    const { batcher, batches } = slowBatcher(2)
    const results = [batcher.add(1)]
    await turn()
    results.push(batcher.add(2), batcher.add(3), batcher.add(4))
    await turn()
    expect(batches).toHaveLength(1)
    for (let index = 0; index < 3; index++) {
      batches[index]?.end()
      await turn()
    }
    expect(batches.map((batch) => batch.items)).toEqual([[1], [2, 3], [4]])
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40])
  })

  it('gives the error of a failed batch to every waiter, and goes on', async () => {
    const { batcher, batches } = slowBatcher()
    const failed = Promise.allSettled([batcher.add(1), batcher.add(2)])
    await turn()
    batches[0]?.end(new Error('connection lost'))
    expect((await failed).map((result) => result.status)).toEqual(['rejected', 'rejected'])
    const next = batcher.add(3)
    await turn()
    batches[1]?.end()
    expect(await next).toBe(30)
  })

  it('tries the items of a poisoned batch one by one', async () => {
    const batcher = new Batcher<number, number>({
      name: 'test',
      log: silentLog,
      maxBatch: 10,
      maxWaiting: 10,
      isPoison: () => true,
      run: async (items) => {
        if (items.includes(13)) throw new Error('13 is not accepted')
        return items.map((item) => item * 10)
      },
    })
    const results = await Promise.allSettled([batcher.add(1), batcher.add(13), batcher.add(2)])
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'refused'))).toEqual([
      10,
      'refused',
      20,
    ])
  })

  it('refuses more than may wait', async () => {
    const { batcher, batches } = slowBatcher(1, 2)
    const first = batcher.add(1)
    await turn()
    const waiting = [batcher.add(2), batcher.add(3)]
    await expect(batcher.add(4)).rejects.toThrow(StoreBusy)
    for (let index = 0; index < 3; index++) {
      batches[index]?.end()
      await turn()
    }
    expect(await Promise.all([first, ...waiting])).toEqual([10, 20, 30])
  })

  it('is drained when everything added is done', async () => {
    const { batcher, batches } = slowBatcher()
    const result = batcher.add(1)
    let isDrained = false
    const drained = batcher.drained().then(() => {
      isDrained = true
    })
    await turn()
    expect(isDrained).toBe(false)
    batches[0]?.end()
    await drained
    expect(await result).toBe(10)
  })
})
