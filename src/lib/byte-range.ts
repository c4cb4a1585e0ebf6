/** What part of a file is asked for: bytes, first and last included. */
export type AskedRange = 'whole' | 'unsatisfiable' | { readonly first: number; readonly last: number }

/**
 * Reads a Range header (RFC 9110 §14.2). A range in another unit, several ranges at once, and what is no range at all
 * count as none, as §14.2 and §14.1.2 let a server do: then the whole file is the answer.
 *
 * @param header absent: no range
 * @param bytes length of the file, above 0
 */
export function readRange(header: string | undefined, bytes: number): AskedRange {
  const [, from, to] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? []
  if (from === undefined || to === undefined || from + to === '') return 'whole'
  if (from === '') {
    const length = Math.min(Number(to), bytes)
    return length === 0 ? 'unsatisfiable' : { first: bytes - length, last: bytes - 1 }
  }
  const first = Number(from)
  const last = to === '' ? bytes - 1 : Number(to)
  if (last < first && to !== '') return first >= bytes ? 'unsatisfiable' : 'whole'
  return first >= bytes ? 'unsatisfiable' : { first, last: Math.min(last, bytes - 1) }
}
