import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import type { Media, MediaSession } from '../../src/media/media.ts'
import { startMedia } from '../../src/media/start-media.ts'
import { parseScript } from '../../src/phones/parse-script.ts'
import type { PhoneCallRecord } from '../../src/phones/phone-call-record.ts'
import type { Phones } from '../../src/phones/phones.types.ts'
import { phonesPlugin } from '../../src/phones/phones-plugin.ts'
import { makeSipTrace } from '../../src/phones/sip-trace.ts'
import { startPhones } from '../../src/phones/start-phones.ts'
import { audioOffer, readAudio } from '../../src/sip/sdp/audio.ts'
import { startUserAgent } from '../../src/sip/user-agent.ts'
import type { OutgoingCall, SipCallEnd, SipUserAgent } from '../../src/sip/user-agent.types.ts'

const host = '127.0.0.1'

/** Virtual phones on loopback and a caller beside them: two SIP user agents, RTP over real sockets. */
export interface PhoneWorld {
  readonly phones: Phones
  /** The control API of the phones, not listening. */
  readonly app: FastifyInstance
  /** Calls a phone. */
  call(number: string, options?: { callIdPrefix?: string }): Promise<Caller>
  script(number: string, json: unknown): Promise<void>
  /** Writes a WAV for the caller to play. @returns its path */
  wav(name: string, samples: Int16Array): Promise<string>
  /** The record of a phone's last call, once it is over. */
  record(number: string): Promise<PhoneCallRecord>
  /** Live SIP dialogs and transactions of the caller. */
  readonly callerSip: SipUserAgent
  close(): Promise<void>
}

/** One call as the caller has it. */
export interface Caller {
  readonly call: OutgoingCall
  /** Stays open after the call, until the world closes. */
  readonly media: MediaSession
  /** SIP status of each provisional answer. */
  readonly progress: number[]
  /** Keys that arrived. */
  readonly keys: string[]
  /** Waits for the 2xx, the audio connected. @throws when the call ends before */
  answered(): Promise<void>
  readonly ended: Promise<SipCallEnd>
}

export async function openPhoneWorld(): Promise<PhoneWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'phone-world-'))
  const media = await startMedia({ ports: 0, log: silentLog })
  const trace = makeSipTrace()
  const agent = { clock: systemClock, log: silentLog, listen: [{ transport: 'udp' as const, host, port: 0 }] }
  const phoneSip = await startUserAgent({ ...agent, product: 'phone', onMessage: trace.onMessage })
  const callerSip = await startUserAgent({ ...agent, product: 'caller' })
  const phones = await startPhones({
    ...{ sip: phoneSip, media, trace, dataDir: folder, clock: systemClock, log: silentLog },
  })
  const app = fastify()
  await app.register(phonesPlugin({ phones, clock: systemClock, log: silentLog }))
  const port = phoneSip.listening[0]?.port ?? 0
  const startedAt = Date.now()

  return {
    phones,
    app,
    callerSip,
    call: (number, options) => dial(callerSip, media, { number, port, ...options }),
    script: (number, json) => phones.setScript(number, parseScript(json)),
    async wav(name, samples) {
      const path = join(folder, name)
      await writeFile(path, writeWav(samples))
      return path
    },
    async record(number) {
      await phones.endedSince(number, startedAt, 30_000)
      const record = phones.calls(number).at(-1)
      if (record?.endedAt === undefined) throw new Error(`no call of ${number} has ended`)
      return record
    },
    async close() {
      await app.close()
      await phones.close()
      await callerSip.close()
      await phoneSip.close()
      await media.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function dial(
  sip: SipUserAgent,
  media: Media,
  to: { number: string; port: number; callIdPrefix?: string },
): Promise<Caller> {
  const session = await media.open({ label: 'caller', host })
  const call = sip.invite({
    target: { user: to.number, host, port: to.port, transport: 'udp' },
    from: { user: '057128880000' },
    to: { user: to.number },
    offer: audioOffer(session.local),
    ringTimeoutMs: 20_000,
    ...(to.callIdPrefix !== undefined && { callIdPrefix: to.callIdPrefix }),
  })
  const progress: number[] = []
  const keys: string[] = []
  session.on('digit', (key) => keys.push(key))
  const connecting: Promise<void>[] = []
  call.on('progress', (status, description) => {
    progress.push(status)
    if (description !== undefined) connecting.push(session.connect(readAudio(description)))
  })
  const ended = new Promise<SipCallEnd>((resolve) => call.once('ended', resolve))
  const settled = new Promise<'answered' | SipCallEnd>((resolve) => {
    call.once('answered', (description) => {
      connecting.push(session.connect(readAudio(description ?? '')))
      resolve('answered')
    })
    call.once('ended', resolve)
  })
  const answered = async () => {
    const outcome = await settled
    if (outcome !== 'answered') throw new Error(`not answered: ${JSON.stringify(outcome)}`)
    await Promise.all(connecting)
  }
  return { call, media: session, progress, keys, answered, ended }
}

/**
 * The frequencies that were heard, one after the other, to 10 Hz. A machine under load breaks a tone into pieces; they
 * count as one.
 */
export function tonesInOrder(tones: readonly { frequencyHz: number }[]): number[] {
  const rounded = tones.map(({ frequencyHz }) => Math.round(frequencyHz / 10) * 10)
  return rounded.filter((frequency, index) => frequency !== rounded[index - 1])
}
