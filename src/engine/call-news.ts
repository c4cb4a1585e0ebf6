import type { Call } from '../domain/call/call.ts'
import { type CallEvent, type CallState, callStates } from '../domain/call/call-states.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { CallEnded, EventMap } from '../events/event-map.ts'
import type { Clock } from '../lib/clock.ts'

/** Each key is a receipt: a far end that presses without end must not fill the store. */
const mostKeys = 200

/** The moves of a call that are told while it lives: the event, and the time that is remembered for the end. */
const told = {
  dial: { event: 'call.dialling', time: 'diallingAt' },
  ring: { event: 'call.ringing', time: 'ringingAt' },
  answer: { event: 'call.answered', time: 'answeredAt' },
  dialCallee: { event: 'call.calleeDialling', time: 'calleeDiallingAt' },
  calleeRing: { event: 'call.calleeRinging', time: 'calleeRingingAt' },
  calleeAnswer: { event: 'call.calleeAnswered', time: 'calleeAnsweredAt' },
} as const satisfies Partial<Record<CallEvent, { event: string; time: keyof CallEnded }>>

type Told = keyof typeof told
type TimeName = (typeof told)[Told]['time'] | 'calleeEndedAt'

/** How a call ended, apart from what was told on the way. */
export type CallEnding = Pick<CallEnded, 'outcome' | 'hangUpBy' | 'sipStatus' | 'earlyMedia'>

/** Which trunks carried its legs, and when the first leg ended; absent: it had none, and the call ends now. */
export type LegFacts = Partial<Pick<CallEnded, 'trunk' | 'calleeTrunk' | 'endedAt'>>

/**
 * The state of one call and its only door: every change is told to the bus as it happens and remembered for the end.
 * `call.ended` is the last of it, exactly once.
 */
export class CallNews {
  readonly #call: Call
  readonly #bus: EventBus
  readonly #clock: Clock
  #state: CallState = 'queued'
  readonly #times: Partial<Record<TimeName, number>> = {}
  #keys = ''

  constructor(call: Call, { bus, clock }: { readonly bus: EventBus; readonly clock: Clock }) {
    this.#call = call
    this.#bus = bus
    this.#clock = clock
  }

  get state(): CallState {
    return this.#state
  }

  /** Whether the news fits the state; what comes late or twice does not. */
  knows(event: CallEvent): boolean {
    return callStates.knows(this.#state, event)
  }

  /** @throws {IllegalMove} when the state does not know it */
  move(event: Told): void {
    this.#state = callStates.next(this.#state, event)
    const at = this.#clock.now()
    this.#times[told[event].time] = at
    this.#bus.emit(told[event].event, { call: this.#call, at })
  }

  /** The second leg is over. */
  calleeEnded(): void {
    this.#times.calleeEndedAt ??= this.#clock.now()
  }

  recorded(recording: EventMap['call.recorded'][0]): void {
    this.#bus.emit('call.recorded', recording)
  }

  /** @returns false when the call has told as many keys as it may */
  keyPressed(key: string): boolean {
    if (this.#keys.length === mostKeys) return false
    this.#keys += key
    this.#bus.emit('call.keyPressed', { call: this.#call, key, at: this.#clock.now() })
    return true
  }

  /** @throws {IllegalMove} when the call has ended before */
  end(event: 'fail' | 'hangUp' | 'cancel', how: CallEnding, legs: LegFacts): void {
    this.#state = callStates.next(this.#state, event)
    const keys = this.#keys === '' ? {} : { keys: this.#keys }
    const told = { ...how, ...this.#times, ...keys, endedAt: this.#clock.now(), ...legs }
    this.#bus.emit('call.ended', { call: this.#call, ...told })
  }
}
