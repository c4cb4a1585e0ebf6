/** China Standard Time: UTC+8 all year, no summer time since 1991. */
const chinaOffsetMs = 8 * 3600 * 1000

/** `yyyy-MM-dd HH:mm:ss` in China time, the form of every time in records, receipts and tokens. */
export function chinaTime(wallMs: number): string {
  return new Date(wallMs + chinaOffsetMs).toISOString().slice(0, 19).replace('T', ' ')
}

/** `yyyy-MM-dd`: the day it is in China at that moment. */
export function chinaDay(wallMs: number): string {
  return chinaTime(wallMs).slice(0, 10)
}
