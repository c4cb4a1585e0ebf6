import type { TimerName } from './timers.ts'

/**
 * One arrow of a figure in RFC 3261 §17. Timers of the state that is left are stopped, unless `keep` says otherwise; then the
 * `start` ones are set, then `act` happens.
 */
export interface Arrow<State extends string, Act extends string> {
  readonly to: State
  readonly act?: Act
  readonly start?: readonly TimerName[]
  readonly keep?: true
}

/** A transaction as data. An event that a state does not list is late, doubled or foreign there, and ignored. */
export type Arrows<State extends string, Event extends string, Act extends string> = {
  readonly [S in State]: { readonly [E in Event]?: Arrow<State, Act> }
}

/** A timer that ran out. */
export type TimerEvent = `timer${TimerName}`
