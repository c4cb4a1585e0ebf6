import { jsonDecoded } from '../lib/decode-text.ts'
import { invalid, missing } from './gateway-errors.ts'

/** Parameters of a request by name, decoded. */
export type ParameterMap = ReadonlyMap<string, string>

/** How one request parameter is read: its type for the page of operations, what is accepted, and the reading itself. */
export interface Field<T> {
  readonly type: 'String' | 'Integer' | 'Long' | 'Boolean' | 'Double' | 'List'
  /** A phrase: `an integer from 1 to 3`. */
  readonly accepts: string
  readonly required: boolean
  /** The value that an absent parameter has. */
  readonly fallback?: T
  /** Whether the request holds it. An empty value counts as absent. */
  isPresent(parameters: ParameterMap, name: string): boolean
  /** @throws {GatewayError} Missing{Param} or Invalid{Param} */
  read(parameters: ParameterMap, name: string): T
}

export type Fields = Readonly<Record<string, Field<unknown>>>

/** The input that fields read: `{ CalledNumber: string, PlayTimes: number, … }`. */
export type InputOf<F extends Fields> = { readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never }

/** Reads every field. @throws {GatewayError} for the first that is missing or not valid, in the order of the contract */
export function readFields<F extends Fields>(fields: F, parameters: ParameterMap, prefix = ''): InputOf<F> {
  const input: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) input[name] = field.read(parameters, prefix + name)
  // Each name was read by its own field; a mapped type cannot be built key by key without saying so.
  return input as InputOf<F>
}

/** Text without control characters (tab and line ends are allowed), by default of any length. */
export function text(limits: { minBytes?: number; maxBytes?: number; is?: string } = {}): Field<string> {
  const { minBytes = 1, maxBytes = Number.POSITIVE_INFINITY, is = 'text' } = limits
  const accepts = maxBytes === Number.POSITIVE_INFINITY ? is : `${is} of ${minBytes} to ${maxBytes} bytes`
  return scalar('String', accepts, (value) => {
    const bytes = Buffer.byteLength(value)
    return bytes >= minBytes && bytes <= maxBytes && !controlCharacter.test(value) ? value : undefined
  })
}

const controlCharacter = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u

/** A phone number as the caller writes it; whether it can be dialled is judged by the rules of a call. */
export function phoneNumber(): Field<string> {
  return text({ maxBytes: 32, is: 'a phone number' })
}

/** JSON text; whether it can be read is judged by the operation, which has a code of its own for that. */
export function jsonText(): Field<string> {
  return scalar('String', 'JSON text', (value) => value)
}

/** One of a closed set of words, compared exactly. */
export function choice<const Words extends readonly string[]>(...words: Words): Field<Words[number]> {
  return scalar('String', `one of ${words.join(', ')}`, (value) => words.find((word) => word === value))
}

/** A 32-bit integer in decimal. */
export function integer(min = -2147483648, max = 2147483647): Field<number> {
  const accepts = min === -2147483648 ? 'an integer' : `an integer from ${min} to ${max}`
  return scalar('Integer', accepts, (value) => {
    const number = /^[+-]?\d{1,10}$/.test(value) ? Number(value) : Number.NaN
    return number >= min && number <= max ? number : undefined
  })
}

/** A 64-bit integer in decimal. Ids and times of this service stay below 2^53, and nothing beyond is accepted. */
export function int64(min = -Number.MAX_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): Field<number> {
  const accepts = min === -Number.MAX_SAFE_INTEGER ? 'an integer' : `an integer from ${min} to ${max}`
  return scalar('Long', accepts, (value) => {
    const number = /^[+-]?\d{1,19}$/.test(value) ? Number(value) : Number.NaN
    return Number.isSafeInteger(number) && number >= min && number <= max ? number : undefined
  })
}

/** A decimal fraction. */
export function decimal(): Field<number> {
  return scalar('Double', 'a decimal number', (value) => {
    return /^[+-]?\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : undefined
  })
}

/** `true` or `false` in any case: some clients write `True`. */
export function boolean(): Field<boolean> {
  return scalar('Boolean', 'true or false', (value) => {
    return /^(?:true|false)$/i.test(value) ? value.toLowerCase() === 'true' : undefined
  })
}

/**
 * A list of structures: `Name.1.Key`, `Name.2.Key`, … (numbered from 1, gaps allowed), or one parameter `Name` with a
 * JSON array of objects.
 */
export function listOf<F extends Fields>(fields: F, limits: { max: number }): Field<readonly InputOf<F>[]> {
  const accepts = `at most ${limits.max} structures of ${Object.keys(fields).join(', ')}, as Name.N.Key or as a JSON array`
  return {
    type: 'List',
    accepts,
    required: true,
    isPresent: (parameters, name) => hasText(parameters, name) || itemNumbers(parameters, name).length > 0,
    read(parameters, name) {
      const json = parameters.get(name) ?? ''
      const flat = json === '' ? parameters : flattened(json, name)
      if (flat === undefined) throw invalid(name, accepts)
      const numbers = itemNumbers(flat, name)
      if (numbers.length === 0) throw missing(name)
      if (numbers.length > limits.max) throw invalid(name, accepts)
      return numbers.map((number) => readFields(fields, flat, `${name}.${number}.`))
    },
  }
}

/** The field may be left out. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    ...field,
    required: false,
    read: (parameters, name) => (field.isPresent(parameters, name) ? field.read(parameters, name) : undefined),
  }
}

/** The field may be left out and then has this value. */
export function withDefault<T>(field: Field<T>, fallback: T): Field<T> {
  return {
    ...field,
    required: false,
    fallback,
    read: (parameters, name) => (field.isPresent(parameters, name) ? field.read(parameters, name) : fallback),
  }
}

function scalar<T>(type: Field<T>['type'], accepts: string, parse: (value: string) => T | undefined): Field<T> {
  return {
    type,
    accepts,
    required: true,
    isPresent: hasText,
    read(parameters, name) {
      const value = parameters.get(name) ?? ''
      if (value === '') throw missing(name)
      const parsed = parse(value)
      if (parsed === undefined) throw invalid(name, accepts)
      return parsed
    },
  }
}

function hasText(parameters: ParameterMap, name: string): boolean {
  return (parameters.get(name) ?? '') !== ''
}

/** The numbers of a list's items, ascending. */
function itemNumbers(parameters: ParameterMap, name: string): number[] {
  const numbers = new Set<number>()
  for (const key of parameters.keys()) {
    if (!key.startsWith(`${name}.`)) continue
    const [, number] = /^([1-9]\d{0,5})\./.exec(key.slice(name.length + 1)) ?? []
    if (number !== undefined) numbers.add(Number(number))
  }
  return [...numbers].sort((left, right) => left - right)
}

/** A JSON array of flat objects as the parameters that would say the same. `undefined` for other JSON. */
function flattened(json: string, name: string): ParameterMap | undefined {
  const items = jsonDecoded(json)
  if (!Array.isArray(items)) return undefined
  const flat = new Map<string, string>()
  for (const [index, item] of items.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined
    for (const [key, value] of Object.entries(item)) {
      if (typeof value === 'object' && value !== null) return undefined
      flat.set(`${name}.${index + 1}.${key}`, String(value ?? ''))
    }
  }
  return flat
}
