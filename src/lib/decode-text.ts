/**
 * The text behind percent-encoding (RFC 3986 §2.1), a `+` being itself.
 *
 * @returns `undefined` when a percent sign begins no octet, or the octets are no UTF-8
 */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of bytes, a byte order mark included; `undefined` when they are no UTF-8. */
export function utf8Decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    // Encoding standard §8.1: what a fatal decoder throws.
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** What JSON says (RFC 8259), a byte order mark before it ignored; `undefined`, which no JSON says, when the text is none. */
export function jsonDecoded(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
