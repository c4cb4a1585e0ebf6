import type { CallOutcome } from '../../domain/call/call-outcome.ts'
import type { BridgeStep, CallTone } from '../../domain/script/script.ts'
import type { CallEnding } from '../call-news.ts'
import type { DialRequest, Leg, LegAudio, LegEnd, NetworkEar, Speech } from '../ports.ts'
import type { PreparedStep, StepEnd } from './prepared-step.ts'
import { type RecordingTools, recordTalk } from './record-talk.ts'
import { SecondLeg } from './second-leg.ts'
import { WaitingCaller } from './waiting-caller.ts'

/** What a step needs that brings in a second leg. */
export interface BridgeTools extends RecordingTools {
  readonly speech: Speech
  readonly ear: NetworkEar | undefined
  /** A talk is ended after this long, whatever its step still allows. */
  readonly maxTalkSeconds: number
  /** Starts to ring another number for this call, on the line that is kept for it. */
  dial(request: DialRequest): Leg
}

/** How often the cadence of a tone is played: about 3.5 s of a tone that says no, an hour of ringing. */
const rounds = { ringback: 720, busy: 5, congestion: 3 } as const satisfies Record<CallTone, number>

/** What the far end's network would play for these; every other end without an answer is congestion. */
const saidByBusyTone: ReadonlySet<CallOutcome> = new Set(['calleeBusy', 'calleeRejected', 'calleeNoAnswer'])

/** Makes the tones ready, and rings the callee when the caller is there. @throws {SpeechUnavailable} */
export async function prepareBridge(step: BridgeStep, tools: BridgeTools): Promise<PreparedStep> {
  const tone = async (tone: CallTone): Promise<LegAudio> => {
    const { files } = await tools.speech.render({ kind: 'tone', tone }, { speed: 0 })
    return { files, times: rounds[tone], gapMs: 0, volume: 100 }
  }
  const [ringback, busy, congestion] = await Promise.all([tone('ringback'), tone('busy'), tone('congestion')])
  const tones = { ringback, busy, congestion }
  return { run: (caller, signal) => new Bridge(step, tools, tones, caller, signal).run() }
}

/** One bridge under way. Whatever ends it, nothing of the second leg is left when `run` resolves. */
class Bridge {
  readonly #step: BridgeStep
  readonly #tools: BridgeTools
  readonly #tones: Readonly<Record<CallTone, LegAudio>>
  readonly #caller: Leg
  /** Aborted when the caller's leg ends. */
  readonly #callerGone: AbortSignal
  /** Aborted to part the two. */
  readonly #parting = new AbortController()

  constructor(
    step: BridgeStep,
    tools: BridgeTools,
    tones: Readonly<Record<CallTone, LegAudio>>,
    caller: Leg,
    callerGone: AbortSignal,
  ) {
    this.#step = step
    this.#tools = tools
    this.#tones = tones
    this.#caller = caller
    this.#callerGone = callerGone
  }

  async run(): Promise<StepEnd> {
    if (this.#callerGone.aborted) return 'stopped'
    const { call, dial, news } = this.#tools
    news.move('dialCallee')
    const callee = new SecondLeg(dial({ callId: call.callId, to: this.#step.to, from: this.#step.show }), {
      ...this.#tools,
      callId: call.callId,
      callerGone: this.#callerGone,
    })
    const waiting = new WaitingCaller({
      caller: this.#caller,
      callee: callee.leg,
      ringback: this.#tones.ringback,
      connect: () => this.#connect(callee.leg),
    })
    try {
      const rung = await Promise.race([callee.rung, aborted(this.#callerGone)])
      await waiting.end()
      if (this.#callerGone.aborted || rung === 'aborted') return 'stopped'
      return rung === 'answered' ? await this.#talk(callee, waiting.early) : await this.#sayNo(rung)
    } finally {
      this.#parting.abort()
      await waiting.end()
      await callee.close()
    }
  }

  /** Until one of the two hangs up, or they have talked as long as they may. */
  async #talk(callee: SecondLeg, early: Promise<'stopped' | 'failed'> | undefined): Promise<StepEnd> {
    const { clock, maxTalkSeconds } = this.#tools
    const bridged = early ?? this.#connect(callee.leg)
    const endRecording = this.#step.record ? recordTalk(this.#caller, callee.leg, this.#tools) : undefined
    const talkSeconds = Math.min(this.#step.maxSeconds ?? maxTalkSeconds, maxTalkSeconds)
    let talkTimeout = (): void => {}
    const tooLong = new Promise<'tooLong'>((resolve) => {
      talkTimeout = () => resolve('tooLong')
    })
    const timer = clock.after(talkSeconds * 1000, () => talkTimeout())
    try {
      const first = await Promise.race([callee.ended, tooLong, failure(bridged), aborted(this.#callerGone)])
      if (this.#callerGone.aborted) return 'stopped'
      return endOfTalk(first)
    } finally {
      timer.cancel()
      await endRecording?.()
    }
  }

  async #connect(callee: Leg): Promise<'stopped' | 'failed'> {
    try {
      return await this.#caller.bridge(callee, this.#parting.signal)
    } catch (error) {
      this.#tools.log.error({ callId: this.#tools.call.callId, err: error }, 'the two legs could not be connected')
      return 'failed'
    }
  }

  /** The callee does not come: a tone says so for a moment, then the caller is hung up. */
  async #sayNo(ending: CallEnding): Promise<StepEnd> {
    const tone = saidByBusyTone.has(ending.outcome) ? this.#tones.busy : this.#tones.congestion
    await this.#caller.play(tone, this.#callerGone)
    return ending
  }
}

function endOfTalk(first: LegEnd | 'tooLong' | 'failed' | 'aborted'): CallEnding {
  if (first === 'tooLong') return { outcome: 'connected', hangUpBy: 'here' }
  if (typeof first === 'object' && first.answered) {
    if (!('broken' in first)) return { outcome: 'connected', hangUpBy: first.by }
    if (first.by === 'network') return { outcome: 'lineLost', hangUpBy: 'network' }
  }
  return { outcome: 'systemError', hangUpBy: 'here' }
}

/** Resolves when the bridge breaks; one that is stopped breaks nothing, its legs tell what comes next. */
async function failure(bridged: Promise<'stopped' | 'failed'>): Promise<'failed'> {
  if ((await bridged) === 'failed') return 'failed'
  return await new Promise<never>(() => {})
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted')
    signal.addEventListener('abort', () => resolve('aborted'), { once: true })
  })
}
