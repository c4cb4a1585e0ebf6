import { AdminError } from './errors.ts'
import { list, optional, record } from './schema/records.ts'
import { integer, pattern } from './schema/scalars.ts'
import type { Schema } from './schema/schema.ts'

/** How many items a page has. */
export const pageLimits = { usual: 50, most: 200 } as const

/** The parameters of every list. */
export const pageQuery = {
  limit: optional(integer({ min: 1, max: pageLimits.most })),
  cursor: optional(pattern(/^[\w-]{1,400}$/, 'the nextCursor of the page before')),
}

export interface PageAsked {
  readonly limit?: number
  readonly cursor?: string
}

/** A page: its items, and where the next one begins when there is one. */
export function pageOf<T>(item: Schema<T>) {
  return record({
    items: list(item, { max: pageLimits.most }),
    nextCursor: optional(pattern(/^[\w-]{1,400}$/, 'a cursor')),
  })
}

/** Cuts a page out of a whole list. @param key tells items apart; pages are in its order */
export function cutPage<T>(
  all: readonly T[],
  key: (item: T) => string,
  { limit = pageLimits.usual, cursor }: PageAsked,
) {
  const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8')
  const sorted = all
    .map((item) => ({ item, key: key(item) }))
    .filter((one) => after === undefined || one.key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const page = sorted.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map((one) => one.item),
    ...(sorted.length > limit && last !== undefined ? { nextCursor: cursorOf(last.key) } : {}),
  }
}

/**
 * A page of a list that the store pages itself, newest first.
 *
 * @param load gets one item more than wanted, to see whether there is a next page
 */
export async function loadPage<T extends { readonly id: string | number }>(
  { limit = pageLimits.usual, cursor }: PageAsked,
  load: (page: { limit: number; before: number | undefined }) => Promise<readonly T[]>,
): Promise<{ items: readonly T[]; nextCursor?: string }> {
  const found = await load({ limit: limit + 1, before: cursor === undefined ? undefined : idOf(cursor) })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, ...(found.length > limit && last !== undefined ? { nextCursor: cursorOf(String(last.id)) } : {}) }
}

function cursorOf(key: string): string {
  return Buffer.from(key).toString('base64url')
}

function idOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  if (!/^\d{1,15}$/.test(text)) throw new AdminError('malformedQuery', { field: 'cursor', message: 'It is no cursor.' })
  return Number(text)
}
