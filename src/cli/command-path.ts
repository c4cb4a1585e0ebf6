import type { Command } from 'commander'

/** The words that call a command, the program's own first: `yuyin number add`. */
export function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}
