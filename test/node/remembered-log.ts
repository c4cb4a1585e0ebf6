import { inspect } from 'node:util'
import type { Log } from '../../src/lib/log.ts'

export interface LogEntry {
  readonly at: Date
  readonly level: keyof Log
  readonly fields: object
  readonly message: string
}

/** A log that keeps everything, to be searched by tests and printed when one fails. */
export class RememberedLog implements Log {
  readonly entries: LogEntry[] = []

  debug(fields: object, message: string): void {
    this.#add('debug', fields, message)
  }

  info(fields: object, message: string): void {
    this.#add('info', fields, message)
  }

  warn(fields: object, message: string): void {
    this.#add('warn', fields, message)
  }

  error(fields: object, message: string): void {
    this.#add('error', fields, message)
  }

  /** The fields of every entry with that message, oldest first. */
  fieldsOf(message: string): object[] {
    return this.entries.filter((entry) => entry.message === message).map(({ fields }) => fields)
  }

  /** Lines for people, from entry `first` on. */
  text(first = 0): string {
    return this.entries
      .slice(first)
      .map(
        ({ at, level, message, fields }) =>
          `${at.toISOString().slice(11, -1)} ${level} ${message} ${inspect(fields, { breakLength: 160, depth: 4 })}`,
      )
      .join('\n')
  }

  #add(level: keyof Log, fields: object, message: string): void {
    this.entries.push({ at: new Date(), level, fields, message })
  }
}
