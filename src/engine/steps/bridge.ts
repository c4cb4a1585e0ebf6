import type { CallOutcome } from '../../domain/call/call-outcome.ts'
import type { BridgeStep, CallTone } from '../../domain/script/script.ts'
import { withPatience } from '../../lib/patience.ts'
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
  /** Whether it could be dialled now: a line is kept, but a trunk may have had its calls of this second. */
  lineFor(request: DialRequest): 'free' | 'full' | 'forbidden'
}

/** How often the cadence of a tone is played: about 3.5 s of a tone that says no, an hour of ringing. */
const rounds = { ringback: 720, busy: 5, congestion: 3 } as const satisfies Record<CallTone, number>

/** How long the caller is kept waiting for a trunk that takes no call this moment, and how often it is asked. */
const linePatienceMs = 10_000
const lineLookMs = 200

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
  /** Resolves when the caller's leg has ended. */
  readonly #gone: Promise<'aborted'>
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
    this.#gone = aborted(callerGone)
  }

  async run(): Promise<StepEnd> {
    const { call, news } = this.#tools
    const request = { callId: call.callId, to: this.#step.to, from: this.#step.show }
    const isFree = await this.#lineIsFree(request)
    if (this.#callerGone.aborted) return 'stopped'
    if (!isFree) return await this.#sayNo({ outcome: 'overConcurrency', hangUpBy: 'here' })
    news.move('dialCallee')
    return await this.#ring(request)
  }

  async #ring(request: DialRequest): Promise<StepEnd> {
    const leg = this.#tools.dial(request)
    const callee = new SecondLeg(leg, { ...this.#tools, callId: request.callId, callerGone: this.#callerGone })
    const waiting = new WaitingCaller({
      callId: request.callId,
      caller: this.#caller,
      callee: callee.leg,
      ringback: this.#tones.ringback,
      connect: () => this.#connect(callee.leg),
      log: this.#tools.log,
    })
    try {
      const rung = await Promise.race([callee.rung, this.#gone])
      await waiting.end()
      if (this.#callerGone.aborted || rung === 'aborted') return 'stopped'
      return rung === 'answered' ? await this.#talk(callee, waiting.early) : await this.#sayNo(rung)
    } finally {
      this.#parting.abort()
      await waiting.end()
      await callee.close()
    }
  }

  /** Waits while the trunk is full. @returns false when patience is over */
  async #lineIsFree(request: DialRequest): Promise<boolean> {
    const { clock, lineFor } = this.#tools
    const untilMs = clock.monotonicMs() + linePatienceMs
    while (lineFor(request) === 'full') {
      if (clock.monotonicMs() >= untilMs || this.#callerGone.aborted) return false
      await withPatience(clock, lineLookMs, this.#gone)
    }
    return true
  }

  /** Until one of the two hangs up, or they have talked as long as they may. */
  async #talk(callee: SecondLeg, early: Promise<'stopped' | 'failed'> | undefined): Promise<StepEnd> {
    const { clock, maxTalkSeconds } = this.#tools
    const bridged = early ?? this.#connect(callee.leg)
    const endRecording = this.#step.record ? recordTalk(this.#caller, callee.leg, this.#tools) : undefined
    const talkSeconds = Math.min(this.#step.maxSeconds ?? maxTalkSeconds, maxTalkSeconds)
    try {
      const over = Promise.race([callee.ended, failure(bridged), this.#gone])
      const first = await withPatience(clock, talkSeconds * 1000, over)
      if (this.#callerGone.aborted) return 'stopped'
      return endOfTalk(first)
    } finally {
      // Neither line waits for the other one to end, nor for the disk.
      callee.leg.hangUp()
      this.#caller.hangUp()
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

function endOfTalk(first: LegEnd | 'late' | 'failed' | 'aborted'): CallEnding {
  if (first === 'late') return { outcome: 'connected', hangUpBy: 'here' }
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
