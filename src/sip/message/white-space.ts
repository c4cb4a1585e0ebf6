/**
 * Text without the white space of RFC 3261 §25.1 (space, tab, line breaks) around it. `String.trim` would take more: a byte
 * order mark or a no-break space is part of a value.
 */
export function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 10
}
