/** A script that cannot be followed. The message names the step and says what to write instead. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError'
}

/** A value of the script's JSON together with the words that find it again: `step 3 (press)`. */
export interface Written {
  readonly where: string
  readonly value: unknown
}

/** An object of the script. @throws {ScriptError} */
export function readObject(written: Written): Record<string, unknown> {
  const { value, where } = written
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ScriptError(`${where}: must be an object, got ${shown(value)}`)
  }
  return Object.fromEntries(Object.entries(value))
}

/** Refuses keys that nobody knows: a misspelt key would otherwise be a silent default. @throws {ScriptError} */
export function onlyKeys(where: string, object: Record<string, unknown>, known: readonly string[]): void {
  const stranger = Object.keys(object).find((key) => !known.includes(key))
  if (stranger === undefined) return
  throw new ScriptError(`${where}: does not know ${shown(stranger)}; known: ${known.join(', ')}`)
}

/** A number within bounds, both included. @throws {ScriptError} */
export function readNumber(
  written: Written,
  bounds: { from: number; to: number; unit: string; whole?: boolean },
): number {
  const { value, where } = written
  const fits =
    typeof value === 'number' &&
    value >= bounds.from &&
    value <= bounds.to &&
    (!bounds.whole || Number.isInteger(value))
  if (fits) return value
  throw new ScriptError(
    `${where}: must be ${bounds.whole ? 'a whole number' : 'a number'}${bounds.unit && ` of ${bounds.unit}`} from ${bounds.from} to ${bounds.to}, got ${shown(value)}`,
  )
}

/** Text of 1 to `most` characters without control characters. @throws {ScriptError} */
export function readText(written: Written, most: number): string {
  const { value, where } = written
  if (typeof value === 'string' && value.trim() !== '' && value.length <= most && !/\p{Cc}/u.test(value)) return value
  throw new ScriptError(`${where}: must be text of 1 to ${most} characters on one line, got ${shown(value)}`)
}

/** Text of a given form. `form` says in words what is expected. @throws {ScriptError} */
export function readPattern(written: Written, pattern: RegExp, form: string): string {
  const { value, where } = written
  if (typeof value === 'string' && pattern.test(value)) return value
  throw new ScriptError(`${where}: must be ${form}, got ${shown(value)}`)
}

/** `true`, written out because JSON has no bare words. @throws {ScriptError} */
export function readTrue(written: Written): true {
  if (written.value === true) return true
  throw new ScriptError(`${written.where}: the only value is true, got ${shown(written.value)}`)
}

/** The value as JSON, cut short, for messages. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
