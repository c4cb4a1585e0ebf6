import { type Logger, pino } from 'pino'
import type { Config } from '../config.ts'
import { inLines, printable } from './output.ts'

/** Fields whose values never reach a log, whoever passes them. */
const redacted = ['secret', 'password', 'authorization'].flatMap((name) => [name, `*.${name}`])

/** The log of a node on its standard output: lines for people in the dev profile, JSON for collectors in production. */
export function createNodeLog(config: Pick<Config, 'logLevel' | 'logFormat' | 'profile'>): Logger {
  const options = {
    level: config.logLevel,
    redact: redacted,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  const isForPeople = config.logFormat === 'text' || (config.logFormat === 'auto' && config.profile === 'dev')
  return isForPeople ? pino(options, { write: (line) => process.stdout.write(readableLine(line)) }) : pino(options)
}

/**
 * A line of the log as people read it: local time, how bad it is unless it is not, message, fields.
 *
 * @param line one JSON object, as pino writes it
 */
export function readableLine(line: string): string {
  const { level, time, msg, err, ...fields }: PinoLine = JSON.parse(line)
  const clock = new Date(time).toTimeString().slice(0, 8)
  const mark = level >= 50 ? 'ERROR  ' : level >= 40 ? 'warning  ' : ''
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `  ${name}=${printable(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join('')
  const cause = err === undefined ? '' : `\n            ${inLines(err.stack ?? err.message)}`
  return `  ${clock}  ${mark}${printable(msg)}${shown}${cause}\n`
}

interface PinoLine {
  readonly level: number
  readonly time: string
  readonly msg: string
  readonly err?: { readonly message: string; readonly stack?: string }
  readonly [field: string]: unknown
}
