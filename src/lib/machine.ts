/** A table of states: each names the events it knows and the state each leads to. A state without events is final. */
export type StateTable<State extends string, Event extends string> = {
  readonly [S in State]: { readonly [E in Event]?: State }
}

/** Raised when an event does not fit the state: late, doubled or reordered news. The caller decides what it means. */
export class IllegalMove extends Error {
  readonly machine: string
  readonly state: string
  readonly event: string
  readonly allowed: readonly string[]

  constructor(machine: string, state: string, event: string, allowed: readonly string[]) {
    super(`${machine}: '${event}' is not possible in state '${state}' (possible: ${allowed.join(', ') || 'nothing'})`)
    this.name = 'IllegalMove'
    this.machine = machine
    this.state = state
    this.event = event
    this.allowed = allowed
  }
}

/** A state machine as data: the table can be read aloud, drawn, and walked pair by pair by a test. */
export interface Machine<State extends string, Event extends string> {
  readonly name: string
  readonly table: StateTable<State, Event>
  readonly states: readonly State[]
  readonly events: readonly Event[]
  /** The state that `event` leads to. @throws {IllegalMove} when the state does not know the event. */
  next(state: State, event: Event): State
  /** Whether the state knows the event. */
  knows(state: State, event: Event): boolean
  /** Whether nothing can happen any more. */
  isFinal(state: State): boolean
}

/** Makes a machine from its table. */
export function machine<State extends string, Event extends string>(
  name: string,
  table: StateTable<State, Event>,
): Machine<State, Event> {
  const states = Object.keys(table) as State[]
  const events = [...new Set(states.flatMap((state) => Object.keys(table[state]) as Event[]))]
  const eventsOf = (state: State) => Object.keys(table[state])
  return {
    name,
    table,
    states,
    events,
    next(state, event) {
      const next: State | undefined = table[state][event]
      if (next === undefined) throw new IllegalMove(name, state, event, eventsOf(state))
      return next
    },
    knows: (state, event) => table[state][event] !== undefined,
    isFinal: (state) => eventsOf(state).length === 0,
  }
}
