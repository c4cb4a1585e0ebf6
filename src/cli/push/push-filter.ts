import { type Command, Option } from 'commander'
import { type MessageType, messageTypes } from '../../domain/receipt/receipt.ts'
import type { PushFilter, PushState } from '../../receipts/ports.ts'
import { CommandError } from '../output.ts'

const states = ['waiting', 'delivered', 'given-up'] as const
const stateOf = { waiting: 'waiting', delivered: 'delivered', 'given-up': 'givenUp' } as const
const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The states in the words of the command line. */
export const stateWords: Readonly<Record<PushState, string>> = {
  waiting: 'waiting',
  delivered: 'delivered',
  givenUp: 'given up',
}

/** Adds the options that say which receipts or attempts are meant. */
export function addFilterOptions(command: Command, withState: boolean): Command {
  command
    .addOption(new Option('--call <id>', 'of this call'))
    .addOption(new Option('--type <type>', 'of this type').choices(messageTypes))
    .addOption(new Option('--since <time>', 'since then: 30m, 2h, 3d, or 2024-01-02T03:04:05+08:00'))
    .addOption(new Option('--until <time>', 'before then'))
  if (withState) command.addOption(new Option('--state <state>', 'in this state').choices(states))
  return command
}

/**
 * The filter that options say.
 *
 * @param now wall milliseconds
 * @throws {CommandError} for a time that cannot be read
 */
export function filterOf(options: Readonly<Record<string, unknown>>, now: number): PushFilter {
  const { call, type, since, until, state } = options
  return {
    ...(typeof call === 'string' ? { callId: call } : {}),
    ...(typeof type === 'string' ? { messageType: readType(type) } : {}),
    ...(typeof since === 'string' ? { from: readTime(since, now) } : {}),
    ...(typeof until === 'string' ? { to: readTime(until, now) } : {}),
    ...(typeof state === 'string' ? { state: readState(state) } : {}),
  }
}

/** @throws {CommandError} naming the types */
export function readType(text: string): MessageType {
  const type = messageTypes.find((one) => one === text)
  if (type === undefined) throw new CommandError(`'${text}' is no receipt type. There are: ${messageTypes.join(', ')}.`)
  return type
}

function readState(text: string): PushState {
  const state = states.find((one) => one === text)
  if (state === undefined) throw new CommandError(`'${text}' is no state. There are: ${states.join(', ')}.`)
  return stateOf[state]
}

/** `2h` is two hours ago. Dates without a zone are in the machine's own. @returns wall milliseconds */
function readTime(text: string, now: number): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (unit === 'm' || unit === 'h' || unit === 'd') return now - Number(count) * unitMs[unit]
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) {
    throw new CommandError(`'${text}' is no time. Write 30m, 2h or 3d for "ago", or 2024-01-02T03:04:05+08:00.`)
  }
  return at
}
