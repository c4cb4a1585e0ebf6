import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { readWav } from '../../src/media/codec/wav-reader.ts'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import type { Media, MediaSession } from '../../src/media/media.ts'
import { startMedia } from '../../src/media/start-media.ts'
import { findTones } from '../../src/media/tone/find-tones.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'
import { audioOffer, readAudio } from '../../src/sip/sdp/audio.ts'
import { type LocalCrypto, newCrypto } from '../../src/sip/sdp/crypto.ts'
import { startUserAgent } from '../../src/sip/user-agent.ts'
import type { SipUserAgent } from '../../src/sip/user-agent.types.ts'
import { freePort } from '../sockets/ports.ts'
import { type Baresip, startBaresip } from './callee/baresip.ts'

const host = '127.0.0.1'
const number = '13912345678'
let media: Media
let sip: SipUserAgent
let folder: string
let phone: Baresip | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srtp-'))
  media = await startMedia({ ports: 0, log: silentLog })
  sip = await startUserAgent({
    clock: systemClock,
    log: silentLog,
    listen: [{ transport: 'udp', host, port: 0 }],
    product: 'caller',
  })
})
afterEach(() => phone?.stop())
afterAll(async () => {
  await sip.close()
  await media.close()
  await rm(folder, { recursive: true })
})

/** Calls baresip. @returns our side once it answered, and what it agreed to */
async function call(crypto: LocalCrypto, encryption: 'srtp' | 'srtp-mand' | undefined) {
  const port = await freePort()
  phone = await startBaresip({ port, number, codec: 'pcma', ...(encryption && { encryption }) })
  const session: MediaSession = await media.open({ label: 'caller', host })
  const outgoing = sip.invite({
    target: { user: number, host, port, transport: 'udp' },
    from: { user: '057128880000' },
    to: { user: number },
    offer: audioOffer({ ...session.local, crypto }),
    ringTimeoutMs: 20_000,
  })
  const [description] = await once(outgoing, 'answered', { signal: AbortSignal.timeout(20_000) })
  const remote = readAudio(String(description), crypto)
  await session.connect(remote)
  return { session, outgoing, remote }
}

const playedHz = [1000, 440, 2500]
/** Which of them is heard, in order; what the line made of one is still that one. */
const frequencies = (samples: Int16Array) =>
  findTones(samples)
    .map(({ frequencyHz }) => playedHz.find((hertz) => Math.abs(hertz - frequencyHz) < 30) ?? frequencyHz)
    .filter((frequency, i, all) => frequency !== all[i - 1])

describe.each(['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const)('a call with %s', (suite) => {
  it('is understood by baresip, which echoes it, and by us: every tone, in order, nothing dropped', async () => {
    const { session, outgoing, remote } = await call(newCrypto('required', [suite]), 'srtp-mand')
    expect(remote.srtp?.suite).toBe(suite)
    const file = join(folder, `${suite}.wav`)
    const recording = await session.recordCall(file)
    const tones = playedHz.map((hertz) => makeTone([hertz], 300))
    const prompt = join(folder, 'prompt.wav')
    await writeFile(prompt, writeWav(Int16Array.from(tones.flatMap((tone) => [...tone]))))
    await session.play({ files: [prompt], times: 1, gapMs: 0, volume: 100 }).finished
    // The echo of the last tone is on its way.
    await session.play({ files: [prompt], times: 1, gapMs: 0, volume: 0 }).finished
    await recording.stop()
    // Before the end: baresip says its RTCP BYE in the clear.
    const statistics = await session.statistics()
    const ended = once(outgoing, 'ended')
    outgoing.hangUp()
    await ended
    await session.close()
    expect(frequencies((await phone?.heard()) ?? new Int16Array())).toEqual(playedHz)
    const { samples } = readWav(await readFile(file))
    expect(frequencies(samples.filter((_, i) => i % 2 === 0))).toEqual(playedHz)
    expect(statistics.packetsReceived).toBeGreaterThan(50)
    expect(statistics).toMatchObject({ packetsForeign: 0, packetsUnauthentic: 0 })
  })
})

describe('a call with SRTP as an option', () => {
  it.each([
    ['srtp', true],
    [undefined, false],
  ] as const)('to a phone whose setting is %s is protected: %s', async (encryption, isProtected) => {
    const { session, outgoing, remote } = await call(newCrypto('optional'), encryption)
    expect(remote.srtp !== undefined).toBe(isProtected)
    await once(session, 'heard', { signal: AbortSignal.timeout(20_000) })
    expect(await session.statistics()).toMatchObject({ packetsUnauthentic: 0 })
    const ended = once(outgoing, 'ended')
    outgoing.hangUp()
    await ended
    await session.close()
  })
})
