/** How far a request's time may lie from ours, either way, milliseconds. */
export const maxSkewMs = 15 * 60 * 1000

const pattern = /^(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d{1,9})?Z$/

/**
 * Reads `yyyy-MM-ddTHH:mm:ssZ`; months to seconds may lack their leading zero (the reference's own samples do), and a
 * fraction is ignored.
 *
 * @returns wall milliseconds, `undefined` for anything else, such as the 30th of February
 */
export function readTimestamp(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = (pattern.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined) return undefined
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second)
  const read = new Date(wallMs)
  const asWritten =
    read.getUTCMonth() === month - 1 &&
    read.getUTCDate() === day &&
    read.getUTCHours() === hour &&
    read.getUTCMinutes() === minute &&
    read.getUTCSeconds() === second
  return asWritten ? wallMs : undefined
}

/** `yyyy-MM-ddTHH:mm:ssZ`. */
export function writeTimestamp(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19)}Z`
}
