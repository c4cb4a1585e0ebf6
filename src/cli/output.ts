import type { Writable } from 'node:stream'

/**
 * Where a command writes, and in which manner: tables for people, one JSON value for programs (`--json`). Text of far ends
 * may stand in both; none of it steers a terminal.
 */
export interface Output {
  readonly json: boolean
  /** A line for people; not printed with `--json`. */
  line(text: string): void
  /** The result of the command: `people` draws it for people, the value itself is printed with `--json`. */
  result<T>(value: T, people: (value: T) => string): void
}

export function createOutput(stream: Writable, json: boolean): Output {
  return {
    json,
    line(text) {
      if (!json) stream.write(`${inLines(text)}\n`)
    },
    result(value, people) {
      stream.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${inLines(people(value))}\n`)
    },
  }
}

/** Text without what a terminal would obey, control characters and invisible marks; lines and tabs stay. */
export function inLines(text: string): string {
  return text.replace(/(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu, '·')
}

/** The same on one line. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '·')
}

/** Exit codes of every command. */
export const exitCodes = {
  done: 0,
  /** The command ran, and the answer is no: the call was not heard, a check failed, nothing was found. */
  no: 1,
  /** The command could not be understood or carried out. */
  failed: 2,
} as const

/** An error whose message is meant for the person at the terminal; shown without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** A table, or what to do when there is nothing to show. */
export function tableOr(none: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? none : table(header, rows)
}

/** A table with aligned columns. Wide characters count as two columns, as terminals draw them. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[column] ?? ''))),
  )
  const draw = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join('  ')
      .trimEnd()
  return [draw(header), draw(widths.map((width) => '─'.repeat(width))), ...rows.map(draw)].join('\n')
}

/** Columns a text takes in a terminal: Chinese characters and full-width forms take two. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
      character,
    )
      ? 2
      : 1
  return width
}
