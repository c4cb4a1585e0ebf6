import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { bitString, der, explicit, implicit, oid, positiveInteger, sequence, tags, time, utf8String } from './der.ts'

/** A certificate and its private key, both as PEM text. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** The longest life that every client accepts of a server's certificate, days. */
export const lifeDays = 397

const dayMs = 86_400_000
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))
const isTrue = der(tags.boolean, Buffer.of(0xff))

/**
 * Makes a certificate that vouches for itself (RFC 5280): P-256, good from a day ago. Clients accept it once they are
 * given it, as the authority that it also is.
 *
 * @param names host names and IP addresses that it is good for; the first is its common name
 * @param nowMs wall milliseconds
 */
export function makeCertificate(names: readonly string[], nowMs: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(der(tags.set, sequence(oid('2.5.4.3'), utf8String(names[0] ?? 'localhost'))))
  const serial = randomBytes(16)
  // RFC 5280 §4.1.2.2: positive, and not 0.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const toBeSigned = sequence(
    explicit(0, positiveInteger(Buffer.of(2))),
    positiveInteger(serial),
    ecdsaWithSha256,
    name,
    sequence(time(nowMs - dayMs), time(nowMs + lifeDays * dayMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions(names))),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  return {
    cert: pem('CERTIFICATE', sequence(toBeSigned, ecdsaWithSha256, bitString(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** RFC 5280 §4.2.1: an authority for itself only (9), that signs (3), for servers (12), under these names (6). */
function extensions(names: readonly string[]): Buffer[] {
  return [
    extension('2.5.29.19', sequence(isTrue, positiveInteger(Buffer.of(0))), 'critical'),
    // digitalSignature (bit 0) and keyCertSign (bit 5); two bits of the byte are not used.
    extension('2.5.29.15', der(tags.bitString, Buffer.of(2, 0b1000_0100)), 'critical'),
    extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', sequence(...names.map(alternativeName))),
  ]
}

function extension(id: string, value: Buffer, critical?: 'critical'): Buffer {
  return sequence(oid(id), ...(critical === undefined ? [] : [isTrue]), der(tags.octetString, value))
}

function alternativeName(name: string): Buffer {
  return isIP(name) === 0 ? implicit(2, Buffer.from(name, 'ascii')) : implicit(7, addressBytes(name))
}

/** Four or sixteen bytes. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  // The URL parser writes an IPv4 tail as hex groups and shortens the rest; what it leaves out are zeros.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => text.split(':').filter((group) => group !== '')
  const zeros = Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => '0')
  const all = [...groups(head), ...zeros, ...groups(tail)]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
