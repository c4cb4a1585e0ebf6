import { lookup } from 'node:dns/promises'
import { isIP, isIPv6 } from 'node:net'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { MediaUnavailable, type OpenSession, type RemoteMedia } from '../media.ts'
import { FrameClock } from '../pacing/frame-clock.ts'
import { PromptCache } from '../playout/prompt-cache.ts'
import type { RunningRecording } from '../recording/recordings.ts'
import { type Bridge, bridgeSessions } from '../session/bridge.ts'
import { RtpSession } from '../session/rtp-session.ts'
import { PortPool, type PortRange } from '../udp/port-pool.ts'
import { bindSocketPair } from '../udp/socket-pair.ts'
import type { UdpSockets } from '../udp/udp-sockets.ts'
import type { CommandName, Input, NewsMessage, Output } from './commands.ts'

/** Encoded prompts kept in memory: more than two hours of audio. */
const promptCacheBytes = 64 * 1024 * 1024

export interface HostOptions {
  ports: PortRange
  /** Of these none is used for now. */
  restingPorts: readonly number[]
  /** What RTP and RTCP go through. */
  udp: UdpSockets
  clock: Clock
  log: Log
  tell: (news: NewsMessage) => void
}

interface HostedSession {
  readonly session: RtpSession
  readonly label: string
  readonly playbacks: Map<number, () => void>
  readonly recordings: Map<number, RunningRecording>
  /** What stops each. */
  readonly listenings: Map<number, () => void>
}

type Handlers = { readonly [Name in CommandName]: (input: Input<Name>) => Promise<Output<Name>> }

/** All sessions of one media process, and what each command does to them. */
export class SessionHost {
  readonly #options: HostOptions
  readonly #frames: FrameClock
  readonly #ports: PortPool
  readonly #prompts = new PromptCache(promptCacheBytes)
  readonly #sessions = new Map<number, HostedSession>()
  readonly #bridges = new Map<number, Bridge>()

  constructor(options: HostOptions) {
    this.#options = options
    this.#frames = new FrameClock(options.clock)
    this.#ports = new PortPool(
      options.ports,
      options.clock,
      (host, port) => bindSocketPair(options.udp, host, port),
      options.restingPorts,
    )
  }

  /** @throws what the command's own contract in `media.ts` says; an Error for a session that is closed */
  run<Name extends CommandName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    return this.#handlers[name](input)
  }

  readonly #handlers: Handlers = {
    open: ({ session, request }) => this.#open(session, request),
    connect: async ({ session, remote }) => {
      const { session: rtp } = this.#find(session)
      rtp.connect(await withAddress(remote, rtp.local.host))
      return undefined
    },
    play: async ({ session, playback, audio }) => {
      const { session: rtp, playbacks } = this.#find(session)
      const { finished, stop } = rtp.play(audio)
      playbacks.set(playback, stop)
      return await finished.finally(() => playbacks.delete(playback))
    },
    stopPlayback: async ({ session, playback }) => {
      this.#sessions.get(session)?.playbacks.get(playback)?.()
      return undefined
    },
    press: async ({ session, digits }) => {
      await this.#find(session).session.press(digits)
      return undefined
    },
    record: async ({ session, recording, file }) => {
      const { session: rtp, recordings } = this.#find(session)
      recordings.set(recording, await rtp.record(file))
      return undefined
    },
    recordCall: async ({ session, recording, file, right }) => {
      const { session: rtp, recordings } = this.#find(session)
      recordings.set(recording, await rtp.recordCall(file, right === undefined ? right : this.#find(right).session))
      return undefined
    },
    stopRecording: async ({ session, recording }) => {
      const { recordings } = this.#find(session)
      const running = recordings.get(recording)
      if (running === undefined) throw new Error('the recording was stopped before')
      recordings.delete(recording)
      return await running.stop()
    },
    listen: async ({ session, listening }) => {
      const { session: rtp, listenings } = this.#find(session)
      const stop = rtp.listen((pcm) => this.#options.tell({ kind: 'audio', session, listening, pcm }))
      listenings.set(listening, stop)
      return undefined
    },
    stopListening: async ({ session, listening }) => {
      const listenings = this.#sessions.get(session)?.listenings
      listenings?.get(listening)?.()
      listenings?.delete(listening)
      return undefined
    },
    sessionStatistics: async ({ session }) => this.#find(session).session.statistics(),
    close: async ({ session }) => {
      const { session: rtp, label } = this.#find(session)
      const statistics = await rtp.close()
      this.#sessions.delete(session)
      this.#options.log.debug({ session: label, ...statistics }, 'media session closed')
      return statistics
    },
    bridge: async ({ bridge, one, other }) => {
      const onEnd = () => this.#bridges.delete(bridge)
      this.#bridges.set(bridge, bridgeSessions(this.#find(one).session, this.#find(other).session, onEnd))
      return undefined
    },
    closeBridge: async ({ bridge }) => {
      this.#bridges.get(bridge)?.close()
      return undefined
    },
    statistics: async () => {
      const cpu = process.cpuUsage()
      return {
        sessions: this.#sessions.size,
        playbacks: [...this.#sessions.values()].filter(({ session }) => session.isPlaying).length,
        bridges: this.#bridges.size,
        worstLatenessMs: this.#frames.worstLatenessMs,
        packetsUnsent: this.#options.udp.unsent,
        sockets: this.#options.udp.kind,
        processCpuSeconds: (cpu.user + cpu.system) / 1e6,
        residentBytes: process.memoryUsage.rss(),
      }
    },
    ping: async () => undefined,
    shutDown: async () => {
      await Promise.all([...this.#sessions.values()].map(({ session }) => session.close()))
      this.#sessions.clear()
      return undefined
    },
  }

  async #open(id: number, request: OpenSession): Promise<{ host: string; port: number }> {
    const { clock, tell, log } = this.#options
    const sockets = await this.#ports.open(request.host)
    const session = new RtpSession({
      sockets,
      frames: this.#frames,
      prompts: this.#prompts,
      clock,
      random: Math.random,
      events: {
        keyDown: (key) => tell({ kind: 'keyDown', session: id, key }),
        digit: (key, durationMs) => tell({ kind: 'digit', session: id, key, durationMs }),
        heard: () => tell({ kind: 'heard', session: id }),
        silent: () => tell({ kind: 'silent', session: id }),
        recordingFailed: (error) => log.warn({ session: request.label, reason: error.message }, 'a recording failed'),
      },
      silenceSeconds: request.silenceSeconds ?? 0,
      ...(request.faults === undefined ? {} : { faults: request.faults }),
    })
    this.#sessions.set(id, {
      session,
      label: request.label,
      playbacks: new Map(),
      recordings: new Map(),
      listenings: new Map(),
    })
    return { ...sockets.local }
  }

  #find(id: number): HostedSession {
    const hosted = this.#sessions.get(id)
    if (hosted === undefined) throw new Error('the media session is closed')
    return hosted
  }
}

/** A session description may name its host: then the name is looked up, once per connect, in our address family. */
async function withAddress(remote: RemoteMedia, localHost: string): Promise<RemoteMedia> {
  if (isIP(remote.host) !== 0) return remote
  try {
    const { address } = await lookup(remote.host, { family: isIPv6(localHost) ? 6 : 4 })
    return { ...remote, host: address }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new MediaUnavailable(`the far end's host cannot be found: ${reason}`)
  }
}
