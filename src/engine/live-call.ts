import type { Call } from '../domain/call/call.ts'
import type { CallOutcome } from '../domain/call/call-outcome.ts'
import type { CallState } from '../domain/call/call-states.ts'
import { bridgeOf, linesOf } from '../domain/script/script.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { type CallFacts, type Ending, endOfAnswered, endOfUnanswered, type GivenUp } from './call-ending.ts'
import { type CallEnding, CallNews } from './call-news.ts'
import { EarlyListening } from './early-listening.ts'
import type { DialRequest, Leg, LegEnd, NetworkEar, RecordingShelf, Speech, Trunk } from './ports.ts'
import { prepareStep } from './steps/prepare-step.ts'
import type { PreparedStep } from './steps/prepared-step.ts'

/** What a live call needs from its surroundings. */
export interface CallSurroundings {
  readonly trunk: Trunk
  readonly speech: Speech
  readonly bus: EventBus
  readonly clock: Clock
  readonly log: Log
  /** An answered call is ended after this long, whatever its script still wants. */
  readonly maxTalkSeconds: number
  /** Absent: what the network plays before the answer is not listened to. */
  readonly ear?: NetworkEar
  /** Absent: nothing is recorded. */
  readonly shelf?: RecordingShelf
}

/** Between the last audio packet and the BYE: what is still in the far end's jitter buffer is heard. */
const hangUpTailMs = 240

/**
 * One call, from its preparation to its end. What happens to it is told through its news, whatever breaks: `call.ended`
 * comes exactly once, unless nothing was sent and the call goes back to the queue.
 */
export class LiveCall {
  readonly call: Call
  readonly #around: CallSurroundings
  readonly #news: CallNews
  readonly #isDouble: boolean
  readonly #hungUp = new AbortController()
  /** The first one, which is the call's own. */
  #leg: Leg | undefined
  /** Wall milliseconds. The call may be told of later: what its step still has to put away takes a moment. */
  #legEndedAt: number | undefined
  /** Every leg that was dialled for it. */
  readonly #legs: Leg[] = []
  #linesToDial: number
  /** Also before anything is dialled: then nothing will be. */
  #givenUp: GivenUp | undefined
  #verdict: CallEnding | undefined
  /** Resolves when no step runs any more. */
  #talking: Promise<void> = Promise.resolve()
  #finish: (end: 'ended' | 'undialled') => void = () => {}
  readonly #finished: Promise<'ended' | 'undialled'>

  constructor(call: Call, around: CallSurroundings) {
    this.call = call
    this.#around = around
    this.#news = new CallNews(call, around)
    this.#isDouble = bridgeOf(call.script) !== undefined
    this.#linesToDial = linesOf(call.script)
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  get state(): CallState {
    return this.#news.state
  }

  /** Lines that are kept for it and that it has not dialled yet. */
  get linesToDial(): number {
    return this.#linesToDial
  }

  /**
   * Places the call and resolves when it has ended, or with `undialled` when nothing was told and nothing was sent: no
   * trunk that may carry it has a free line now, or the node goes down before it was dialled. Never rejects.
   */
  async run(): Promise<'ended' | 'undialled'> {
    try {
      if (this.#givenUp === 'node') return 'undialled'
      // Asked again before anything is sent: here it saves the rendering of calls that are tried many times.
      if (this.#givenUp === undefined && this.#lines() === 'full') return 'undialled'
      const steps = await this.#prepare()
      if (steps !== undefined) this.#dial(steps)
    } catch (error) {
      this.#crash(error)
    }
    return this.#finished
  }

  /** Ends the call in whatever state it is: the node is going down. */
  hangUp(): void {
    this.#giveUp('node')
  }

  /** Ends the call in whatever state it is: the account called it off. */
  callOff(): void {
    this.#giveUp('account')
  }

  describe(): string {
    return [`${this.call.callId} ${this.state}`, ...this.#legs.map((leg) => leg.describe())].join(' ')
  }

  #giveUp(why: GivenUp): void {
    this.#givenUp ??= why
    this.#leg?.hangUp()
  }

  /** Renders every prompt. A prompt that cannot be rendered ends the call before the phone rings. */
  async #prepare(): Promise<PreparedStep[] | undefined> {
    const { call } = this
    const { log, ear, shelf } = this.#around
    const dial = (request: DialRequest) => this.#dialLine(request)
    const lineFor = (request: DialRequest) => this.#around.trunk.linesFor?.([request]) ?? 'free'
    const tools = { ...this.#around, call, news: this.#news, dial, lineFor, ear, shelf }
    try {
      return await Promise.all(call.script.steps.map((step) => prepareStep(step, tools)))
    } catch (error) {
      log.error({ callId: call.callId, err: error }, 'prompt could not be rendered; the number was not dialled')
      if (this.#givenUp === undefined) this.#fail('playbackFailed')
      else this.#leaveUndialled(this.#givenUp)
      return undefined
    }
  }

  #dial(steps: PreparedStep[]): void {
    const lines = this.#lines()
    if (this.#givenUp !== undefined) this.#leaveUndialled(this.#givenUp)
    else if (lines === 'forbidden') this.#fail('restricted')
    else if (lines === 'full') this.#finish('undialled')
    else this.#ring(steps)
  }

  /** Nothing was sent for it: one that only this node gave up is another node's. */
  #leaveUndialled(givenUp: GivenUp): void {
    if (givenUp === 'node') this.#finish('undialled')
    else this.#end({ event: 'cancel', how: { outcome: 'cancelled', hangUpBy: 'here' } })
  }

  #ring(steps: PreparedStep[]): void {
    const { callId } = this.call
    this.#news.move('dial')
    const leg = this.#dialLine(this.#first)
    this.#leg = leg
    const { ear, log } = this.#around
    let endedIt = false
    const onAnnouncement = () => {
      endedIt = true
      leg.hangUp()
    }
    const listening = new EarlyListening(leg, { callId, ear, log, onAnnouncement })
    leg.once('ringing', () => {
      if (this.#news.knows('ring')) this.#news.move('ring')
    })
    leg.once('answered', () => {
      listening.end()
      this.#news.move('answer')
      this.#talking = this.#talk(leg, steps).catch((error: unknown) => this.#crash(error))
    })
    leg.once('ended', (end) => {
      const finding = listening.end()
      this.#legEndedAt = this.#around.clock.now()
      this.#hungUp.abort()
      if (end.answered) this.#answeredEnded(end)
      else this.#end(endOfUnanswered(end, { finding, endedIt }, this.#facts))
    })
  }

  get #first(): DialRequest {
    const { callId, calledNumber: to, showNumber: from } = this.call
    return { callId, to, from }
  }

  #lines(): 'free' | 'full' | 'forbidden' {
    const { trunk } = this.#around
    const bridge = bridgeOf(this.call.script)
    const first = this.#first
    const requests = bridge === undefined ? [first] : [first, { ...first, to: bridge.to, from: bridge.show }]
    return trunk.linesFor?.(requests) ?? (trunk.capacity() < requests.length ? 'full' : 'free')
  }

  #dialLine(request: DialRequest): Leg {
    this.#linesToDial--
    const leg = this.#around.trunk.dial(request)
    this.#legs.push(leg)
    return leg
  }

  /** Does the script on the answered line, then hangs up. */
  async #talk(leg: Leg, steps: readonly PreparedStep[]): Promise<void> {
    const { clock, maxTalkSeconds } = this.#around
    const signal = this.#hungUp.signal
    // A talk between two is timed from the second answer, by its step; its keys are between the two.
    if (!this.#isDouble) {
      const maxTalkTimer = clock.after(maxTalkSeconds * 1000, () => this.#endTalk(leg))
      signal.addEventListener('abort', () => maxTalkTimer.cancel(), { once: true })
      leg.on('keyPressed', this.#onKey)
      signal.addEventListener('abort', () => leg.off('keyPressed', this.#onKey), { once: true })
    }
    for (const step of steps) {
      const end = await step.run(leg, signal)
      if (typeof end === 'object') {
        this.#verdict = end
        leg.hangUp()
        return
      }
      // The line is ending: how, `ended` tells.
      if (signal.aborted || end === 'stopped') return
      if (end === 'failed') {
        this.#verdict = { outcome: 'playbackFailed', hangUpBy: 'here' }
        leg.hangUp()
        return
      }
      if (end === 'keyTimeout') {
        this.#verdict = { outcome: end, hangUpBy: 'here' }
        break
      }
    }
    this.#verdict ??= { outcome: 'heard', hangUpBy: 'here' }
    const tail = clock.after(hangUpTailMs, () => leg.hangUp())
    signal.addEventListener('abort', () => tail.cancel(), { once: true })
  }

  /** It has lasted as long as it may. A call that was given up meanwhile, or had come to its end, keeps how it ended. */
  #endTalk(leg: Leg): void {
    if (this.#givenUp === undefined) this.#verdict ??= { outcome: 'tooLong', hangUpBy: 'here' }
    leg.hangUp()
  }

  readonly #onKey = (key: string) => {
    if (this.#news.keyPressed(key)) return
    this.#around.log.debug({ callId: this.call.callId }, 'keys beyond the most that a call may tell are passed over')
  }

  #answeredEnded(end: LegEnd & { answered: true }): void {
    if ('broken' in end) {
      this.#around.log.error({ callId: this.call.callId, reason: end.broken }, 'the line broke after the answer')
    }
    const isConnected = this.state === 'connected'
    const tell = () => this.#end(endOfAnswered(end, this.#verdict, { ...this.#facts, isConnected }))
    // The second leg is closed by its step: nothing of it may outlive the call.
    if (this.#isDouble) this.#talking.then(tell)
    else tell()
  }

  get #facts(): CallFacts {
    return { isDouble: this.#isDouble, givenUp: this.#givenUp }
  }

  /** A bug or a broken part: the call ends, the process goes on. */
  #crash(error: unknown): void {
    const { callId } = this.call
    this.#around.log.error({ callId, state: this.state, err: error }, 'call failed unexpectedly')
    this.#verdict ??= { outcome: 'systemError', hangUpBy: 'here' }
    if (this.#leg !== undefined && this.state !== 'ended') {
      this.#leg.hangUp()
      return
    }
    if (this.state !== 'ended') this.#fail('systemError')
  }

  #fail(outcome: CallOutcome): void {
    this.#end({ event: 'fail', how: { outcome, hangUpBy: 'here' } })
  }

  #end({ event, how }: Ending): void {
    this.#linesToDial = 0
    const [first, callee] = this.#legs.map((leg) => leg.trunk)
    this.#news.end(event, how, {
      ...(first !== undefined && { trunk: first }),
      ...(callee !== undefined && { calleeTrunk: callee }),
      ...(this.#legEndedAt !== undefined && { endedAt: this.#legEndedAt }),
    })
    this.#finish('ended')
  }
}
