import type { Headers } from './headers.ts'
import { splitOutside } from './token.ts'

/** Extensions that this user agent speaks (RFC 3261 §19.2): reliable provisional answers (RFC 3262), session timers (RFC 4028). */
export type Extension = '100rel' | 'timer'

export const spokenExtensions: readonly Extension[] = ['100rel', 'timer']

/** The option tags in `Supported` or `Require`, in lower case as they are compared. */
export function optionTags(headers: Headers, name: 'supported' | 'require'): ReadonlySet<string> {
  if (headers.count(name) === 0) return none
  return new Set(headers.all(name).flatMap((line) => splitOutside(line.toLowerCase(), ',')))
}

const none: ReadonlySet<string> = new Set()

/** Whether the sender speaks an extension; requiring it is saying so too. */
export function speaks(headers: Headers, extension: Extension): boolean {
  return optionTags(headers, 'supported').has(extension) || optionTags(headers, 'require').has(extension)
}

/** What is required and not spoken here, as it was written, for Unsupported (RFC 3261 §8.2.2.3). */
export function unsupportedTags(headers: Headers): string[] {
  const spoken = new Set<string>(spokenExtensions)
  return headers
    .all('require')
    .flatMap((line) => splitOutside(line, ','))
    .filter((tag) => !spoken.has(tag.toLowerCase()))
}
