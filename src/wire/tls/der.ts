/**
 * As much of DER (X.690) as a certificate needs: every value is a tag, the length of what follows, and its bytes.
 */

/** Tags of the types that certificates are made of (X.680 §8.6). */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** A value of any tag: its content in order. */
export function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content)
  return Buffer.concat([Buffer.of(tag), lengthOf(bytes.length), bytes])
}

/** X.690 §8.1.3: below 128 in one byte, else the number of bytes and then these. */
function lengthOf(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.of(bytes)
  const digits = Buffer.from(evenHex(bytes.toString(16)), 'hex')
  return Buffer.concat([Buffer.of(0x80 | digits.length), digits])
}

function evenHex(hex: string): string {
  return hex.length % 2 === 0 ? hex : `0${hex}`
}

export function sequence(...content: readonly Buffer[]): Buffer {
  return der(tags.sequence, ...content)
}

/** A positive integer from its bytes, most significant first; a zero keeps the highest bit from being a sign (§8.3). */
export function positiveInteger(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0)
  const digits = start === -1 ? Buffer.of(0) : bytes.subarray(start)
  return der(tags.integer, ...((digits[0] ?? 0) >= 0x80 ? [Buffer.of(0)] : []), digits)
}

/** An object identifier written with dots (§8.19): the first two arcs share a byte, the others have 7 bits a byte. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number)
  return der(tags.oid, Buffer.from([first * 40 + second, ...others.flatMap(base128)]))
}

function base128(arc: number): number[] {
  const bytes = [arc & 0x7f]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest & 0x7f) | 0x80)
  return bytes
}

/** Bits whose number is a multiple of eight. */
export function bitString(bytes: Buffer): Buffer {
  return der(tags.bitString, Buffer.of(0), bytes)
}

export function utf8String(text: string): Buffer {
  return der(tags.utf8String, Buffer.from(text))
}

/** A moment to the second; the short form up to 2049 (RFC 5280 §4.1.2.5). @param wallMs wall milliseconds */
export function time(wallMs: number): Buffer {
  const text = `${new Date(wallMs).toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`
  const isShort = new Date(wallMs).getUTCFullYear() < 2050
  return isShort ? der(tags.utcTime, Buffer.from(text.slice(2))) : der(tags.generalizedTime, Buffer.from(text))
}

/** A value inside a context-specific tag of its own (§8.14). */
export function explicit(number: number, content: Buffer): Buffer {
  return der(0xa0 | number, content)
}

/** Bytes under a context-specific tag that takes the place of their own. */
export function implicit(number: number, content: Buffer): Buffer {
  return der(0x80 | number, content)
}
