import { expect, it } from 'vitest'
import { Closing, openOrClose } from './closing.ts'
import { silentLog } from './log.ts'

it('closes in reverse order, everything, also what comes after a failure, and tells the failure', async () => {
  const closed: string[] = []
  const closing = new Closing()
  closing.add(() => void closed.push('first'))
  closing.add(() => Promise.reject(new Error('stuck')))
  closing.add(async () => void closed.push('last'))
  await expect(closing.close()).rejects.toThrow(/^stuck$/)
  expect(closed).toEqual(['last', 'first'])
})

it('tells every failure when there are several', async () => {
  const closing = new Closing()
  closing.add(() => Promise.reject(new Error('torn')))
  closing.add(() => Promise.reject(new Error('stuck')))
  await expect(closing.close()).rejects.toThrow('Error: stuck; Error: torn')
})

it('closing twice is closing once, and both wait', async () => {
  let closed = 0
  const closing = new Closing()
  closing.add(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    closed++
  })
  const first = closing.close()
  await closing.close()
  expect(closed).toBe(1)
  await first
})

it('what was opened is closed again when a later part does not open, and that part tells why', async () => {
  const closed: string[] = []
  const logged: string[] = []
  const log = { ...silentLog, error: (_fields: object, message: string) => void logged.push(message) }
  const opening = openOrClose(log, async (closing) => {
    closing.add(() => void closed.push('first'))
    closing.add(() => Promise.reject(new Error('stuck')))
    throw new Error('the port is taken')
  })
  await expect(opening).rejects.toThrow('the port is taken')
  expect([closed, logged]).toEqual([['first'], ['what was opened could not be closed cleanly']])
})

it('what opens stays open', async () => {
  const closed: string[] = []
  const close = await openOrClose(silentLog, async (closing) => {
    closing.add(() => void closed.push('part'))
    return () => closing.close()
  })
  expect(closed).toEqual([])
  await close()
  expect(closed).toEqual(['part'])
})
