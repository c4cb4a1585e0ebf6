import { createHmac } from 'node:crypto'

/** The header that a signed push carries. Receivers find out how to check it in docs/push-signature.md. */
export const signatureHeader = 'x-yuyin-signature'

/**
 * The value of the signature header, `t=1704164645,v1=<64 hexadecimal digits>`: the time in seconds, and HMAC-SHA256 of
 * `<t>.<body>` with the subscription's secret. The time is signed, so that a receiver can refuse old pushes.
 *
 * @param body exactly as it is sent
 * @param now wall milliseconds
 */
export function pushSignature(secret: string, body: string, now: number): string {
  const seconds = Math.floor(now / 1000)
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex')
  return `t=${seconds},v1=${digest}`
}
