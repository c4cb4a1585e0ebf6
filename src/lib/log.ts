/**
 * What a part needs to say to the log: pino's own call shape, so that a pino logger is one. Fields carry ids and
 * counts; never secrets, spoken codes or whole phone numbers (see `maskNumber`).
 */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** A log that says nothing: for tests and for tools. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** A phone number that may stand in a log: the first three and the last two digits, the rest starred. */
export function maskNumber(number: string): string {
  if (number.length <= 5) return '*'.repeat(number.length)
  return number.slice(0, 3) + '*'.repeat(number.length - 5) + number.slice(-2)
}
