import { keys } from './keys.ts'

/**
 * The key in the body of a SIP INFO request: the `Signal=5` line of `application/dtmf-relay`, or the bare key of
 * `application/dtmf`. No RFC defines either; some gateways write star and hash as event codes 10 and 11 (RFC 4733 §3.2).
 *
 * @returns `undefined` when the body holds no key
 */
export function keyOfInfo(contentType: string, body: string): string | undefined {
  const [type = ''] = contentType.toLowerCase().split(';')
  if (type.trim() === 'application/dtmf-relay') return keyNamed(/^\s*signal\s*=\s*(\S{1,2})\s*$/im.exec(body)?.[1])
  if (type.trim() === 'application/dtmf') return keyNamed(/^\s*(\S{1,2})\s*$/.exec(body)?.[1])
  return undefined
}

function keyNamed(name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  if (/^1[0-5]$/.test(name)) return keys[Number(name)]
  const key = name.toUpperCase()
  return key.length === 1 && keys.includes(key) ? key : undefined
}
