const hourMs = 3_600_000
/** UTC+8 the whole year round: no summer time since 1991. */
const chinaOffsetMs = 8 * hourMs

/**
 * A wall time as receipts show it: `yyyy-MM-dd HH:mm:ss` in China, whatever the zone of this machine.
 *
 * @param at wall milliseconds
 */
export function chinaTime(at: number): string {
  return new Date(at + chinaOffsetMs).toISOString().slice(0, 19).replace('T', ' ')
}
