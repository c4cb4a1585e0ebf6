import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { silentLog } from '../../lib/log.ts'
import { readWav } from '../../media/codec/wav-reader.ts'
import { findTones } from '../../media/tone/find-tones.ts'
import { AudioCache } from '../cache/audio-cache.ts'
import { callTone } from './call-tone.ts'

it.each([
  ['ringback', 1000, 5000],
  ['busy', 350, 700],
  ['congestion', 700, 1400],
] as const)('%s is one period of 450 Hz: %i ms of %i ms, made once', async (tone, toneMs, periodMs) => {
  const dir = await mkdtemp(join(tmpdir(), 'yuyin-tones-'))
  try {
    const cache = await AudioCache.open({ dir, mostBytes: 1_000_000, clock: new FakeClock(), log: silentLog })
    const [made, again] = [await callTone(tone, cache), await callTone(tone, cache)]
    expect(again.file).toBe(made.file)
    expect(made.durationMs).toBe(periodMs)
    const found = findTones(readWav(await readFile(made.file)).samples)
    expect(found).toHaveLength(1)
    expect(Math.abs((found[0]?.frequencyHz ?? 0) - 450)).toBeLessThan(2)
    expect(Math.abs((found[0]?.toMs ?? 0) - (found[0]?.fromMs ?? 0) - toneMs)).toBeLessThan(40)
  } finally {
    await rm(dir, { recursive: true })
  }
})
