const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const httpDate = /^[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC|\+0000)$/

/**
 * Reads an RFC 1123 date in GMT, `Tue, 02 Jan 2024 03:04:05 GMT`. The name of the day is not checked against the date.
 *
 * @returns wall milliseconds, or `undefined` when it is not such a date
 */
export function parseHttpDate(text: string): number | undefined {
  const found = httpDate.exec(text)
  if (found === null) return undefined
  const [, day, monthName, year, hour, minute, second] = found
  const month = months.indexOf(monthName ?? '')
  const at = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second))
  // Date.UTC carries 31 February over into March: such a date is none.
  const exists = month >= 0 && new Date(at).getUTCDate() === Number(day) && new Date(at).getUTCHours() === Number(hour)
  return exists ? at : undefined
}
