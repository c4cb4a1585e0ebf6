import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import type { Media, MediaSession } from '../../src/media/media.ts'
import { startMedia } from '../../src/media/start-media.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'
import { audioOffer, readAudio } from '../../src/sip/sdp/audio.ts'
import type { SipUserAgent } from '../../src/sip/user-agent.types.ts'
import { freePort } from '../sockets/ports.ts'
import { type Baresip, startBaresip } from './callee/baresip.ts'
import { heardTones } from './callee/tone-voice.ts'
import { call, startOurEnd } from './sipp/our-end.ts'

let media: Media
let agent: SipUserAgent
let folder: string

beforeAll(async () => {
  media = await startMedia({ ports: 0, log: silentLog, nice: true })
  agent = await startOurEnd()
  folder = await mkdtemp(join(tmpdir(), 'bridge-baresip-'))
})
afterAll(async () => {
  await agent.close()
  await media.close()
  await rm(folder, { recursive: true })
})

interface Line {
  phone: Baresip
  session: MediaSession
  hangUp: () => void
}

/** A call to a baresip that takes this law only: it answers, records what it hears and says it again. */
async function callBaresip(codec: 'pcma' | 'pcmu'): Promise<Line> {
  const port = await freePort()
  const number = '13900000001'
  const phone = await startBaresip({ port, number, codec })
  const session = await media.open({ label: 'bridged', host: '127.0.0.1' })
  const outgoing = call(agent, port, {
    target: { user: number, host: '127.0.0.1', port, transport: 'udp' },
    to: { user: number },
    offer: audioOffer(session.local),
  })
  const [answer] = await once(outgoing, 'answered')
  const remote = readAudio(String(answer))
  expect(remote.codec.toLowerCase()).toBe(codec)
  await session.connect(remote)
  return { phone, session, hangUp: () => outgoing.hangUp() }
}

const toneMs = 300

/** Milliseconds of the tone in what a phone heard, and whether there was no other. */
function toneIn(samples: Int16Array): { ms: number; isPure: boolean } {
  const tones = heardTones(samples)
  const ms = tones.reduce((sum, { durationMs }) => sum + durationMs, 0)
  return { ms, isPure: tones.every(({ frequencyHz }) => Math.abs(frequencyHz - 1000) < 10) }
}

describe.each([
  ['pcma', 'pcma'],
  ['pcma', 'pcmu'],
] as const)('two baresips through a bridge, with %s and %s', (here, there) => {
  it('hear each other: what one says again is heard by the other, and its echo by the first', async () => {
    const lines = [await callBaresip(here), await callBaresip(there)] as const
    const [left, right] = lines
    const bridge = await media.bridge(left.session, right.session)
    const file = join(folder, `${here}-${there}.wav`)
    await writeFile(file, writeWav(makeTone([1000], toneMs)))
    // Only the left one is played anything; the right one hears it from the left, the left again from the right.
    await left.session.play({ files: [file], times: 1, gapMs: 0, volume: 100 }).finished
    await pause(1500)
    const statistics = await right.session.statistics()
    await bridge.close()
    for (const { hangUp } of lines) hangUp()
    const [leftHeard, rightHeard] = [toneIn(await left.phone.heard()), toneIn(await right.phone.heard())]
    await Promise.all(lines.map(({ session }) => session.close()))
    await Promise.all(lines.map(({ phone }) => phone.stop()))
    expect(rightHeard.ms).toBeGreaterThan(toneMs * 0.8)
    // What it was played once goes round between the two echoes, and comes back for longer than it was played.
    expect(leftHeard.ms).toBeGreaterThan(toneMs * 2)
    expect(leftHeard.isPure && rightHeard.isPure).toBe(true)
    expect(statistics).toMatchObject({ packetsForeign: 0 })
  })
})
