import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { readWhenWritten } from './read-when-written.ts'
import type { TraceEntry } from './trace-entry.ts'

const state = (words: string): TraceEntry => ({ kind: 'state', at: 0, words })
const dialling = state('dialling')
const ended = state('ended: heard (200000), hung up by here')

interface Facts {
  /** Entries in the store after so many milliseconds. */
  written: readonly (readonly [afterMs: number, TraceEntry])[]
  call: 'unknown' | 'living' | { endedAgoMs: number }
  isKept?: boolean
}

/** What is read, after how long, and what the waiting person was told. */
async function read({ written, call, isKept = true }: Facts) {
  const clock = new FakeClock()
  const startMs = clock.monotonicMs()
  const told = new Set<string>()
  const reading = readWhenWritten({
    clock,
    isKept,
    read: async () => written.filter(([afterMs]) => clock.monotonicMs() - startMs >= afterMs).map(([, entry]) => entry),
    progress: async () => {
      if (call === 'unknown') return undefined
      return call === 'living' ? {} : { endedAt: clock.now() - call.endedAgoMs }
    },
    waits: (why) => told.add(why),
  }).then((found) => ({ ...found, afterMs: clock.monotonicMs() - startMs }))
  for (let step = 0; step < 40; step++) await clock.advance(250)
  return { ...(await reading), told: [...told] }
}

describe('a trace is waited for', () => {
  it('while it is written, until it tells the end', async () => {
    const written = [
      [0, dialling],
      [2500, ended],
    ] as const
    const found = await read({ written, call: { endedAgoMs: 100 } })
    expect(found).toEqual({
      entries: [dialling, ended],
      isAlive: false,
      afterMs: 2500,
      told: ['its trace is being written'],
    })
  })

  it('of a living call until there is something', async () => {
    const found = await read({ written: [[1000, dialling]], call: 'living' })
    expect(found).toMatchObject({ entries: [dialling], isAlive: true, afterMs: 1000 })
    expect(found.told).toEqual([expect.stringContaining('goes on')])
  })

  it('for six seconds', async () => {
    expect(await read({ written: [], call: 'living' })).toMatchObject({ entries: [], isAlive: true, afterMs: 6000 })
    expect(await read({ written: [[0, dialling]], call: { endedAgoMs: 0 } })).toMatchObject({
      entries: [dialling],
      afterMs: 6000,
    })
  })
})

describe('a trace is not waited for', () => {
  it.each([
    ['the call is unknown', { written: [], call: 'unknown' }],
    ['the call is long over', { written: [], call: { endedAgoMs: 60_000 } }],
    ['no traces are kept', { written: [], call: { endedAgoMs: 0 }, isKept: false }],
    ['it is whole', { written: [[0, ended]], call: { endedAgoMs: 0 } }],
    ['the call is forgotten', { written: [[0, dialling]], call: 'unknown' }],
  ] satisfies [string, Facts][])('when %s', async (_, facts) => {
    expect(await read(facts)).toMatchObject({ afterMs: 0, told: [] })
  })
})
