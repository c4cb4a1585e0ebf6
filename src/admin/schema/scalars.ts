import { readAmountE4, writeAmountE4 } from '../../domain/account/money.ts'
import { FieldRefused, type JsonSchema, type Schema } from './schema.ts'

/** Text of some length, in Unicode code points, without control characters. */
export function text({ min = 1, max }: { min?: number; max: number }): Schema<string> {
  const accepts = `text of ${min} to ${max} characters without control characters`
  return scalar({ type: 'string', minLength: min, maxLength: max }, accepts, (value) => {
    if (typeof value !== 'string') return undefined
    const length = [...value].length
    return length >= min && length <= max && !/[\p{Cc}\p{Cs}]/u.test(value) ? value : undefined
  })
}

/** Text of a pattern. @param is what it is, in words: `10 to 16 digits` */
export function pattern(expression: RegExp, is: string): Schema<string> {
  return scalar({ type: 'string', pattern: expression.source }, is, (value) =>
    typeof value === 'string' && expression.test(value) ? value : undefined,
  )
}

/** Bytes as base64 (RFC 4648 §4), read as the text it is. */
export function base64(maxBytes: number): Schema<string> {
  const json = { type: 'string', contentEncoding: 'base64' }
  return scalar(json, 'base64', (value) =>
    typeof value === 'string' &&
    value.length <= maxBytes &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(value) &&
    value.length % 4 === 0
      ? value
      : undefined,
  )
}

/** One of a closed set of words. */
export function choice<const Words extends readonly string[]>(...words: Words): Schema<Words[number]> {
  return scalar({ type: 'string', enum: words }, `one of ${words.join(', ')}`, (value) =>
    words.find((word) => word === value),
  )
}

export function integer({ min, max }: { min: number; max: number }): Schema<number> {
  return scalar({ type: 'integer', minimum: min, maximum: max }, `a whole number from ${min} to ${max}`, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined,
  )
}

export function boolean(): Schema<boolean> {
  return scalar({ type: 'boolean' }, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined))
}

const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/** A moment as RFC 3339 writes it. */
export function time(): Schema<string> {
  return scalar({ type: 'string', format: 'date-time' }, 'a time such as 2024-01-02T03:04:05Z', (value) =>
    typeof value === 'string' && moment.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined,
  )
}

/** Wall milliseconds of a moment that `time` has read. */
export function wallMsOf(moment: string): number {
  return Date.parse(moment)
}

/** A moment as `time` reads it. @param wallMs milliseconds since 1970 */
export function timeOf(wallMs: number): string {
  return new Date(wallMs).toISOString()
}

/** An amount of money that is given: decimal text, no sign, at most four decimals. */
export function amount(): Schema<string> {
  const keywords = { type: 'string', pattern: '^\\d{1,12}(\\.\\d{1,4})?$' }
  return scalar(keywords, 'an amount such as 12.50, with at most four decimals', (value) =>
    typeof value === 'string' && readAmountE4(value) !== undefined ? value : undefined,
  )
}

/** An amount of money that is answered: may be below 0. */
export function signedAmount(): Schema<string> {
  return pattern(/^-?\d+\.\d{2,4}$/, 'an amount with two to four decimals')
}

/** Ten-thousandths of what `amount` has read. */
export function amountE4Of(amount: string): number {
  return readAmountE4(amount) ?? 0
}

/** @param amountE4 ten-thousandths of the currency unit */
export const amountOf: (amountE4: number) => string = writeAmountE4

function scalar<T>(json: JsonSchema, accepts: string, accept: (value: unknown) => T | undefined): Schema<T> {
  return {
    json: () => json,
    read(value, field) {
      const read = accept(value)
      if (read === undefined) throw new FieldRefused(field, `${field || 'The body'} must be ${accepts}.`)
      return read
    },
  }
}
