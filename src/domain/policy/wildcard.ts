/**
 * Whether a text matches a pattern in which `*` stands for any characters, none included, and `?` for exactly one. Goes
 * back to the last `*` only: a pattern of many stars takes no longer than its length times that of the text.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0
  let inText = 0
  let lastStar = -1
  let starCovers = 0
  while (inText < text.length) {
    if (pattern[at] === '*') {
      lastStar = at++
      starCovers = inText
    } else if (pattern[at] === '?' || (at < pattern.length && pattern[at] === text[inText])) {
      at++
      inText++
    } else if (lastStar !== -1) {
      at = lastStar + 1
      inText = ++starCovers
    } else {
      return false
    }
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
