/** One line of a ladder, in the order of time. `atMs` counts from the request. */
export type Rung =
  | { readonly atMs: number; readonly kind: 'message'; readonly toPhone: boolean; readonly summary: string }
  | { readonly atMs: number; readonly kind: 'note'; readonly text: string }

const arrowColumns = 34

/** Who stands at the two ends, with the lines that the rungs hang between. */
export function ladderHead(left: string, right: string): string {
  return `${' '.repeat(12)}${left}${' '.repeat(Math.max(1, arrowColumns - left.length + 2))}${right}`
}

/** Draws a rung: `   1.024 s  │──────────── INVITE ───────────▶│`. */
export function drawRung(rung: Rung): string {
  const time = `${(rung.atMs / 1000).toFixed(3).padStart(8)} s  `
  if (rung.kind === 'note') return `${time}│ ${rung.text}`
  const label = ` ${rung.summary} `
  const dashes = Math.max(4, arrowColumns - label.length)
  const before = '─'.repeat(Math.floor(dashes / 2))
  const after = '─'.repeat(Math.ceil(dashes / 2))
  return rung.toPhone ? `${time}│${before}${label}${after}▶│` : `${time}│◀${before}${label}${after}│`
}
