import { createHash } from 'node:crypto'
import { MnsError } from './mns-errors.ts'

/**
 * Checks the Content-MD5 header against the body. Two encodings are in the field: base64 of the 16 bytes (RFC 1864),
 * and base64 of their 32 hexadecimal digits.
 *
 * @param header empty when there was none
 * @throws {MnsError} InvalidDegist
 */
export function checkContentMd5(header: string, body: Uint8Array): void {
  if (header === '') return
  const digest = createHash('md5').update(body).digest()
  const hex = Buffer.from(header, 'base64').toString('latin1').toLowerCase()
  if (header !== digest.toString('base64') && hex !== digest.toString('hex')) throw new MnsError('InvalidDegist')
}

/** MD5 in upper-case hexadecimal digits, as the protocol shows the digest of a message body. */
export function md5Hex(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex').toUpperCase()
}
