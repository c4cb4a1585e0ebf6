const token = /^[A-Za-z0-9\-.!%*_+`'~]+$/

/** Whether the text is a `token` of RFC 3261 §25.1. */
export function isToken(text: string): boolean {
  return token.test(text)
}

/** Text between double quotes with `"` and `\` escaped: a `quoted-string` of RFC 3261 §25.1. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** The text inside a quoted string, escapes undone; text without quotes comes back as it is. */
export function unquoted(text: string): string {
  if (text.length < 2 || text[0] !== '"' || text[text.length - 1] !== '"') return text
  return text.slice(1, -1).replace(/\\([\s\S])/g, '$1')
}

/** Letters that scanners look for, as codes: outside Latin-1 a letter taken from a text is a new string each time. */
export const codes = { quote: 34, open: 60, close: 62, backslash: 92 } as const

/** No header has more values, no value more parameters: what comes after them is not read. */
const mostParts = 128

/**
 * Splits at a separator, but neither inside quoted strings nor inside angle brackets (RFC 3261 §7.3.1: the list headers).
 * Parts are trimmed; empty parts are dropped. At most 128 are given.
 */
export function splitOutside(text: string, separator: ',' | ';'): string[] {
  return partsOutside(text, separator).filter((part) => part !== '')
}

/** `splitOutside` that keeps empty parts: for whoever must know that a separator separates nothing. */
export function partsOutside(text: string, separator: ',' | ';'): string[] {
  if (!text.includes(separator)) return [text.trim()]
  if (!text.includes('"') && !text.includes('<')) {
    return text.split(separator, mostParts).map((part) => part.trim())
  }
  const mark = separator.charCodeAt(0)
  const parts: string[] = []
  let start = 0
  let isQuoted = false
  let isBracketed = false
  for (let index = 0; index < text.length && parts.length < mostParts; index++) {
    const code = text.charCodeAt(index)
    if (isQuoted) {
      if (code === codes.backslash) index++
      else if (code === codes.quote) isQuoted = false
    } else if (code === codes.quote) isQuoted = true
    else if (code === codes.open) isBracketed = true
    else if (code === codes.close) isBracketed = false
    else if (code === mark && !isBracketed) {
      parts.push(text.slice(start, index).trim())
      start = index + 1
    }
  }
  if (parts.length < mostParts) parts.push(text.slice(start).trim())
  return parts
}
