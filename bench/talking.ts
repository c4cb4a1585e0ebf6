import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLog } from '../src/lib/log.ts'
import type { Media, MediaSession, RemoteMedia, SrtpKeys } from '../src/media/media.ts'
import { startMedia } from '../src/media/start-media.ts'
import { median } from './load/median.ts'
import type { Report } from './report.ts'

const rounds = 5
/** Sessions of one media process that talk to each other, two and two: each sends and hears 50 packets a second. */
const streams = 200
const settleSeconds = 1
const measureSeconds = 5

/** What the sessions do beside talking. */
const manners = ['in the clear', 'with SRTP', 'recorded'] as const
type Manner = (typeof manners)[number]

/**
 * What a two-way stream costs a media process when it is protected (AES counter mode, 80-bit tags, both ways) and when it
 * is recorded (two channels), beside the same streams in the clear.
 */
export const bench = {
  name: 'talking',
  summary: 'CPU of two-way streams of one media process with SRTP and with a recording, beside the same in the clear',
  async run(report: Report): Promise<void> {
    const runs: Record<Manner, number[]> = { 'in the clear': [], 'with SRTP': [], recorded: [] }
    for (let round = 0; round < rounds; round++) {
      for (const manner of manners) runs[manner].push(await measure(manner))
      const last = manners.map((manner) => `${manner} ${runs[manner].at(-1)?.toFixed(1)} %`)
      report.progress(`round ${round + 1} of ${rounds}: ${last.join(', ')}`)
    }
    const yardstick = median(runs['in the clear'])
    for (const manner of ['with SRTP', 'recorded'] as const) {
      const value = median(runs[manner])
      const figure = `CPU of 100 two-way streams ${manner}`
      report.figure({ figure, value, unit: '% of a core', yardstick, ratio: value / yardstick, runs: runs[manner] })
    }
  },
}

/** @returns per cent of a core for 100 streams */
async function measure(manner: Manner): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-talking-'))
  const media = await startMedia({ ports: 0, log: silentLog, nice: true })
  try {
    for (let pair = 0; pair < streams / 2; pair++) {
      const [one, other] = await talkingPair(media, manner === 'with SRTP')
      if (manner !== 'recorded') continue
      await one.recordCall(join(folder, `${pair}-one.wav`))
      await other.recordCall(join(folder, `${pair}-other.wav`))
    }
    await sleep(settleSeconds * 1000)
    const before = await media.statistics()
    const beforeMs = performance.now()
    await sleep(measureSeconds * 1000)
    const after = await media.statistics()
    const seconds = (performance.now() - beforeMs) / 1000
    return ((after.processCpuSeconds - before.processCpuSeconds) / seconds / streams) * 100 * 100
  } finally {
    await media.close()
    await rm(folder, { recursive: true })
  }
}

async function talkingPair(media: Media, isProtected: boolean): Promise<[MediaSession, MediaSession]> {
  const host = '127.0.0.1'
  const [one, other] = [await media.open({ label: 'one', host }), await media.open({ label: 'other', host })]
  const [localKey, remoteKey] = [randomBytes(30).toString('base64'), randomBytes(30).toString('base64')]
  const suite = 'AES_CM_128_HMAC_SHA1_80'
  await one.connect(remoteOf(other, isProtected ? { suite, localKey, remoteKey } : undefined))
  await other.connect(remoteOf(one, isProtected ? { suite, localKey: remoteKey, remoteKey: localKey } : undefined))
  return [one, other]
}

function remoteOf(session: MediaSession, srtp: SrtpKeys | undefined): RemoteMedia {
  const audio = { codec: 'PCMA', payloadType: 8, telephoneEventPayloadType: 101, direction: 'sendrecv' } as const
  return { ...session.local, ...audio, ...(srtp && { srtp }) }
}
