import type { Call } from '../domain/call/call.ts'
import type { CallOutcome } from '../domain/call/call-outcome.ts'
import { type CallEvent, type CallState, callStates } from '../domain/call/call-states.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { CallEnded } from '../events/event-map.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Leg, LegEnd, Speech, Trunk } from './ports.ts'
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
}

/** Between the last audio packet and the BYE: what is still in the far end's jitter buffer is heard. */
const hangUpTailMs = 240

/** Each key is a receipt: a far end that presses without end must not fill the store. */
const mostKeys = 200

/**
 * One call, from its preparation to its end. The state moves only through `#move`; each move is an event on the bus,
 * and `call.ended` is the last and comes exactly once, whatever breaks.
 */
export class LiveCall {
  readonly call: Call
  readonly #around: CallSurroundings
  readonly #hungUp = new AbortController()
  #state: CallState = 'queued'
  #leg: Leg | undefined
  /** The node hung up: what is not dialled yet will not be. */
  #isGivenUp = false
  #verdict: CallOutcome | undefined
  #diallingAt: number | undefined
  #ringingAt: number | undefined
  #answeredAt: number | undefined
  readonly #keys: string[] = []
  #finish: () => void = () => {}
  readonly #finished: Promise<void>

  constructor(call: Call, around: CallSurroundings) {
    this.call = call
    this.#around = around
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  get state(): CallState {
    return this.#state
  }

  /** Places the call and resolves when it has ended. Never rejects. */
  async run(): Promise<void> {
    try {
      const steps = await this.#prepare()
      if (steps !== undefined) this.#dial(steps)
    } catch (error) {
      this.#crash(error)
    }
    await this.#finished
  }

  /** Ends the call in whatever state it is: the node is going down. */
  hangUp(): void {
    this.#isGivenUp = true
    this.#leg?.hangUp()
  }

  describe(): string {
    return `${this.call.callId} ${this.#state} ${this.#leg?.describe() ?? ''}`.trim()
  }

  /** Renders every prompt. A prompt that cannot be rendered ends the call before the phone rings. */
  async #prepare(): Promise<PreparedStep[] | undefined> {
    const { log } = this.#around
    try {
      return await Promise.all(this.call.script.steps.map((step) => prepareStep(step, this.#around)))
    } catch (error) {
      log.error({ callId: this.call.callId, err: error }, 'prompt could not be rendered; the number was not dialled')
      this.#end('fail', { outcome: 'playbackFailed', hangUpBy: 'here' })
      return undefined
    }
  }

  #dial(steps: PreparedStep[]): void {
    if (this.#isGivenUp) {
      this.#end('fail', { outcome: 'systemError', hangUpBy: 'here' })
      return
    }
    this.#move('dial')
    const leg = this.#around.trunk.dial({
      callId: this.call.callId,
      to: this.call.calledNumber,
      from: this.call.showNumber,
    })
    this.#leg = leg
    leg.once('ringing', () => {
      if (callStates.knows(this.#state, 'ring')) this.#move('ring')
    })
    leg.once('answered', () => {
      this.#move('answer')
      leg.on('keyPressed', this.#onKey)
      this.#talk(leg, steps).catch((error: unknown) => this.#crash(error))
    })
    leg.once('ended', (end) => this.#legEnded(end))
  }

  /** Does the script on the answered line, then hangs up. */
  async #talk(leg: Leg, steps: readonly PreparedStep[]): Promise<void> {
    const { clock, maxTalkSeconds } = this.#around
    const maxTalkTimer = clock.after(maxTalkSeconds * 1000, () => leg.hangUp())
    const signal = this.#hungUp.signal
    signal.addEventListener('abort', () => maxTalkTimer.cancel(), { once: true })
    for (const step of steps) {
      const end = await step.run(leg, signal)
      // The line is ending: how, `ended` tells.
      if (signal.aborted || end === 'stopped') return
      if (end === 'failed') {
        this.#verdict = 'playbackFailed'
        leg.hangUp()
        return
      }
      if (end === 'keyTimeout') {
        this.#verdict = end
        break
      }
    }
    this.#verdict ??= 'heard'
    const tail = clock.after(hangUpTailMs, () => leg.hangUp())
    signal.addEventListener('abort', () => tail.cancel(), { once: true })
  }

  readonly #onKey = (key: string) => {
    const { bus, clock, log } = this.#around
    if (this.#keys.length === mostKeys) {
      log.debug({ callId: this.call.callId }, 'keys beyond the most that a call may tell are passed over')
      return
    }
    this.#keys.push(key)
    bus.emit('call.keyPressed', { call: this.call, key, at: clock.now() })
  }

  #legEnded(end: LegEnd): void {
    this.#leg?.off('keyPressed', this.#onKey)
    this.#hungUp.abort()
    if (!end.answered) {
      const sipStatus = end.sipStatus === undefined ? {} : { sipStatus: end.sipStatus }
      // Given up from here, by this node and not by whoever asked for the call.
      const outcome = end.outcome === 'cancelled' ? 'systemError' : end.outcome
      this.#end('fail', { outcome, hangUpBy: 'here', ...sipStatus })
      return
    }
    if ('broken' in end) {
      this.#around.log.error({ callId: this.call.callId, reason: end.broken }, 'the line broke after the answer')
      this.#end('fail', { outcome: this.#verdict ?? 'systemError', hangUpBy: 'here' })
      return
    }
    const outcome = this.#verdict ?? (end.by === 'callee' ? 'hungUpEarly' : 'systemError')
    this.#end('hangUp', { outcome, hangUpBy: end.by })
  }

  /** A bug or a broken part: the call ends, the process goes on. */
  #crash(error: unknown): void {
    const { callId } = this.call
    this.#around.log.error({ callId, state: this.#state, err: error }, 'call failed unexpectedly')
    this.#verdict ??= 'systemError'
    if (this.#leg !== undefined && this.#state !== 'ended') {
      this.#leg.hangUp()
      return
    }
    if (this.#state !== 'ended') this.#end('fail', { outcome: 'systemError', hangUpBy: 'here' })
  }

  #end(event: CallEvent, how: Pick<CallEnded, 'outcome' | 'hangUpBy' | 'sipStatus'>): void {
    this.#state = callStates.next(this.#state, event)
    const { bus, clock } = this.#around
    bus.emit('call.ended', {
      call: this.call,
      ...how,
      ...(this.#diallingAt === undefined ? {} : { diallingAt: this.#diallingAt }),
      ...(this.#ringingAt === undefined ? {} : { ringingAt: this.#ringingAt }),
      ...(this.#answeredAt === undefined ? {} : { answeredAt: this.#answeredAt }),
      endedAt: clock.now(),
      ...(this.#keys.length === 0 ? {} : { keys: this.#keys.join('') }),
    })
    this.#finish()
  }

  #move(event: 'dial' | 'ring' | 'answer'): void {
    this.#state = callStates.next(this.#state, event)
    const { bus, clock } = this.#around
    const news = { call: this.call, at: clock.now() }
    if (event === 'dial') {
      this.#diallingAt = news.at
      bus.emit('call.dialling', news)
    } else if (event === 'ring') {
      this.#ringingAt = news.at
      bus.emit('call.ringing', news)
    } else {
      this.#answeredAt = news.at
      bus.emit('call.answered', news)
    }
  }
}
