import { g711 } from '../src/media/codec/g711.ts'
import { seededRandom } from '../src/media/line-faults.ts'
import type { AudioCodec, LineFaults, RemoteMedia } from '../src/media/media.ts'
import { FrameClock } from '../src/media/pacing/frame-clock.ts'
import { parseRtcp } from '../src/media/rtcp/parse-rtcp.ts'
import type { RtcpPacket } from '../src/media/rtcp/rtcp-packet.ts'
import { parseRtp, type RtpPacket } from '../src/media/rtp/rtp-packet.ts'
import { RtpSession } from '../src/media/session/rtp-session.ts'
import { makeTone } from '../src/media/tone/make-tone.ts'
import type { SocketPair } from '../src/media/udp/socket-pair.ts'
import type { DatagramHandler } from '../src/media/udp/udp-sockets.ts'
import type { FakeClock } from './fake-clock.ts'

const host = '127.0.0.1'

/** Files named `<hertz>-<milliseconds>` hold a tone; others are not there. */
const prompts = {
  async load(path: string, codec: AudioCodec) {
    const [hertz, milliseconds] = path.split('-').map(Number)
    if (!hertz || !milliseconds) throw new Error(`no file ${path}`)
    return g711(codec).encode(makeTone([hertz], milliseconds))
  },
}

/** What was sent, and between which ports. */
export interface SentPacket {
  from: number
  to: number
  rtp?: RtpPacket
  rtcp?: RtcpPacket[]
}

/** A session with what it told. */
export type WiredSession = RtpSession & {
  digits: [key: string, durationMs: number][]
  timesHeard: () => number
  silences: () => number
}

/** Real RTP sessions on a network in memory: no sockets, time by a fake clock. */
export class RtpNetwork {
  /** Every packet that was sent, in order. */
  readonly wire: SentPacket[] = []
  readonly #clock: FakeClock
  readonly #frames: FrameClock
  /** Whoever is bound, by `host:port`. */
  readonly #bound = new Map<string, DatagramHandler>()

  constructor(clock: FakeClock) {
    this.#clock = clock
    this.#frames = new FrameClock(clock)
  }

  /** How many ports are bound. */
  get boundPorts(): number {
    return this.#bound.size
  }

  session(port: number, faults?: LineFaults, onKeyDown?: (key: string) => void, silenceSeconds = 0): WiredSession {
    const digits: [string, number][] = []
    let heard = 0
    let silences = 0
    const session = new RtpSession({
      sockets: this.#socketsOn(port),
      frames: this.#frames,
      prompts,
      clock: this.#clock,
      random: seededRandom(port),
      events: {
        ...(onKeyDown && { keyDown: onKeyDown }),
        digit: (key, durationMs) => void digits.push([key, durationMs]),
        heard: () => {
          heard++
        },
        silent: () => {
          silences++
        },
      },
      silenceSeconds,
      ...(faults === undefined ? {} : { faults }),
    })
    return Object.assign(session, { digits, timesHeard: () => heard, silences: () => silences })
  }

  /** Two sessions, on ports 4000 and 5000, that are connected to each other. */
  pair(here: Partial<RemoteMedia> = {}, there: Partial<RemoteMedia> = {}): { one: WiredSession; two: WiredSession } {
    const [one, two] = [this.session(4000), this.session(5000)]
    one.connect(remoteOn(5000, here))
    two.connect(remoteOn(4000, there))
    return { one, two }
  }

  /** Hands a datagram to a port as if it came from anywhere. It is lent, as sockets lend theirs: what is kept of it is lost. */
  deliver(port: number, datagram: Buffer, fromHost: string, fromPort: number): void {
    const lent = Buffer.from(datagram)
    this.#bound.get(`${host}:${port}`)?.(lent, fromHost, fromPort)
    lent.fill(0xee)
  }

  /** The RTP packets that a port sent. */
  rtpFrom(port: number): RtpPacket[] {
    return this.wire.flatMap(({ from, rtp }) => (from === port && rtp !== undefined ? [rtp] : []))
  }

  #socketsOn(port: number): SocketPair {
    return {
      local: { host, port },
      listen: (handlers) => {
        this.#bound.set(`${host}:${port}`, handlers.rtp)
        this.#bound.set(`${host}:${port + 1}`, handlers.rtcp)
      },
      sendRtp: (datagram, to) => {
        const rtp = parseRtp(Buffer.from(datagram))
        this.wire.push({ from: port, to: to.port, ...(rtp === undefined ? {} : { rtp }) })
        this.deliver(to.port, datagram, host, port)
      },
      sendRtcp: (datagram, to) => {
        const rtcp = parseRtcp(datagram)
        this.wire.push({ from: port + 1, to: to.port, ...(rtcp === undefined ? {} : { rtcp }) })
        this.deliver(to.port, datagram, host, port + 1)
      },
      close: async () => {
        this.#bound.delete(`${host}:${port}`)
        this.#bound.delete(`${host}:${port + 1}`)
      },
    }
  }
}

/** A far end on a port of the network: A-law, telephone events, both ways, unless told otherwise. */
export function remoteOn(port: number, more: Partial<RemoteMedia> = {}): RemoteMedia {
  const audio = { codec: 'PCMA', payloadType: 8, telephoneEventPayloadType: 101 } as const
  return { host, port, ...audio, direction: 'sendrecv', ...more }
}
