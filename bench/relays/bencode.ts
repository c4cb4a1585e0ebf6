/** What bencode can hold, as far as rtpengine's control protocol uses it. */
export type Bencoded = string | number | readonly Bencoded[] | { readonly [key: string]: Bencoded }

export function bencode(value: Bencoded): string {
  if (typeof value === 'number') return `i${value}e`
  if (typeof value === 'string') return `${Buffer.byteLength(value)}:${value}`
  if (isList(value)) return `l${value.map(bencode).join('')}e`
  return `d${Object.entries(value)
    .map(([key, inner]) => bencode(key) + bencode(inner))
    .join('')}e`
}

/** Reads one value. Text is taken as Latin-1: one character an octet. @throws {SyntaxError} where it is no bencode */
export function bdecode(text: string): Bencoded {
  let at = 0
  const until = (mark: string): string => {
    const end = text.indexOf(mark, at)
    if (end < 0) throw new SyntaxError(`bencode without '${mark}' at ${at}`)
    const found = text.slice(at, end)
    at = end + 1
    return found
  }
  const readString = (): string => {
    const length = Number(until(':'))
    if (!Number.isInteger(length) || at + length > text.length) throw new SyntaxError(`no bencoded string at ${at}`)
    at += length
    return text.slice(at - length, at)
  }
  const readValue = (): Bencoded => {
    const kind = text[at]
    if (kind === 'i') {
      at++
      return Number(until('e'))
    }
    if (kind === 'l' || kind === 'd') {
      at++
      const items: Bencoded[] = []
      while (text[at] !== 'e') items.push(readValue())
      at++
      return kind === 'l' ? items : pairs(items)
    }
    return readString()
  }
  return readValue()
}

function isList(value: Bencoded): value is readonly Bencoded[] {
  return Array.isArray(value)
}

function pairs(items: readonly Bencoded[]): Bencoded {
  const found: Record<string, Bencoded> = {}
  for (let i = 0; i + 1 < items.length; i += 2) found[String(items[i])] = items[i + 1] ?? ''
  return found
}
