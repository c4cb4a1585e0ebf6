import { chinaTime } from '../../lib/china-time.ts'

/** A value of a receipt: texts and, where the reference says so, numbers. */
export type FieldValue = string | number | undefined

/** The fields that have a value, in their order: what never came to be is left out, as in the reference's samples. */
export function present(fields: Readonly<Record<string, FieldValue>>): Record<string, string | number> {
  const body: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== '') body[name] = value
  return body
}

/** `yyyy-MM-dd HH:mm:ss` in China time. @param at wall milliseconds */
export function time(at: number | undefined): string | undefined {
  return at === undefined ? undefined : chinaTime(at)
}
