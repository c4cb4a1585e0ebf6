import { randomBytes } from 'node:crypto'

/** STUN (RFC 5389), as far as a Binding needs it: who asks learns the address that the other side sees. */

/** RFC 5389 §6 */
const magicCookie = 0x2112a442
const headerBytes = 20
const bindingRequest = 0x0001
const bindingSuccess = 0x0101
const bindingError = 0x0111

/** RFC 5389 §18.2 */
const attributes = { mappedAddress: 0x0001, errorCode: 0x0009, xorMappedAddress: 0x0020 } as const

/** An address as a STUN server saw it. */
export interface MappedAddress {
  readonly host: string
  readonly port: number
}

export type BindingAnswer =
  | { readonly kind: 'mapped'; readonly address: MappedAddress }
  | { readonly kind: 'refused'; readonly code: number }

/** A Binding request with a transaction id of its own, 96 random bits. */
export function bindingQuestion(): { readonly bytes: Buffer; readonly transactionId: Buffer } {
  const transactionId = randomBytes(12)
  const bytes = Buffer.alloc(headerBytes)
  bytes.writeUInt16BE(bindingRequest, 0)
  bytes.writeUInt32BE(magicCookie, 4)
  transactionId.copy(bytes, 8)
  return { bytes, transactionId }
}

/** The answer to a Binding request; `undefined` for anything else, malformed messages included. */
export function readBindingAnswer(bytes: Buffer, transactionId: Buffer): BindingAnswer | undefined {
  if (bytes.length < headerBytes || bytes.readUInt32BE(4) !== magicCookie) return undefined
  if (!bytes.subarray(8, headerBytes).equals(transactionId)) return undefined
  const type = bytes.readUInt16BE(0)
  if (type !== bindingSuccess && type !== bindingError) return undefined
  if (bytes.readUInt16BE(2) > bytes.length - headerBytes) return undefined
  const found = new Map(attributesOf(bytes.subarray(headerBytes, headerBytes + bytes.readUInt16BE(2))))
  if (type === bindingError) {
    const error = found.get(attributes.errorCode)
    // RFC 5389 §15.6: class in the hundreds, then the rest.
    return {
      kind: 'refused',
      code: error === undefined || error.length < 4 ? 0 : (error[2] ?? 0) * 100 + (error[3] ?? 0),
    }
  }
  const xored = found.get(attributes.xorMappedAddress)
  const plain = found.get(attributes.mappedAddress)
  // RFC 5389 §15.2: routers that change addresses inside of packets do not recognise the one that is hidden.
  const address = xored === undefined ? plain && readAddress(plain) : readAddress(unmasked(xored, bytes))
  return address && { kind: 'mapped', address }
}

/** Types and values in order; each is padded to four bytes (RFC 5389 §15). */
function* attributesOf(bytes: Buffer): Generator<[number, Buffer]> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2)
    if (at + 4 + length > bytes.length) return
    yield [bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length)]
    at += 4 + Math.ceil(length / 4) * 4
  }
}

/** RFC 5389 §15.2: the port is masked by the cookie's first half, the address by cookie and transaction id. */
function unmasked(value: Buffer, message: Buffer): Buffer {
  const mask = message.subarray(4, headerBytes)
  return Buffer.from(
    value.map((byte, index) => {
      if (index < 2) return byte
      return byte ^ (mask[index < 4 ? index - 2 : index - 4] ?? 0)
    }),
  )
}

/** RFC 5389 §15.1 */
function readAddress(value: Buffer): MappedAddress | undefined {
  if (value.length < 8) return undefined
  const port = value.readUInt16BE(2)
  if (value[1] === 1) return { host: value.subarray(4, 8).join('.'), port }
  if (value[1] !== 2 || value.length < 20) return undefined
  const groups = Array.from({ length: 8 }, (_, index) => value.readUInt16BE(4 + 2 * index).toString(16))
  return { host: new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1), port }
}
