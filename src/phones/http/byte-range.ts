/** A stretch of a file, both ends included; `unsatisfiable`: nothing of it exists (416). */
export type ByteRange = { from: number; to: number } | 'unsatisfiable'

/**
 * Reads a Range header (RFC 9110 §14.1.2) for a file of `size` bytes.
 *
 * @returns undefined when the whole file is to be sent: no header, several ranges, or one that is malformed, which a
 * server ignores (§14.2)
 */
export function byteRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  const [, first, last] = match ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') {
    // A suffix: the last bytes of the file.
    const length = Number(last)
    return length === 0 || size === 0 ? 'unsatisfiable' : { from: Math.max(0, size - length), to: size - 1 }
  }
  const from = Number(first)
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < from) return undefined
  return from >= size ? 'unsatisfiable' : { from, to }
}
