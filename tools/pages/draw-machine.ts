import type { Machine } from '../../src/lib/machine.ts'
import { markdownTable } from './markdown-table.ts'

/** A state machine as a Mermaid state diagram: the first state is where it begins, states without events are its ends. */
export function drawMachine<State extends string, Event extends string>(machine: Machine<State, Event>): string {
  const arrows = machine.states.flatMap((state) => arrowsFrom(machine, state))
  const ends = machine.states.filter((state) => machine.isFinal(state)).map((state) => `  ${state} --> [*]`)
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${machine.states[0]}`, ...arrows, ...ends, '```'].join('\n')
}

/** The same as a table: one row per state, one column per event, the state it leads to or nothing. */
export function tableOfMachine<State extends string, Event extends string>(machine: Machine<State, Event>): string {
  const rows = machine.states.map((state) => [
    `**${state}**`,
    ...machine.events.map((event) => (machine.knows(state, event) ? machine.next(state, event) : '')),
  ])
  return markdownTable(['', ...machine.events], rows).join('\n')
}

/** Events that lead to the same state share an arrow. */
function arrowsFrom<State extends string, Event extends string>(
  machine: Machine<State, Event>,
  state: State,
): string[] {
  const byTarget = new Map<State, Event[]>()
  for (const event of machine.events) {
    if (!machine.knows(state, event)) continue
    const target = machine.next(state, event)
    byTarget.set(target, [...(byTarget.get(target) ?? []), event])
  }
  return [...byTarget].map(([target, events]) => `  ${state} --> ${target}: ${events.join(', ')}`)
}
