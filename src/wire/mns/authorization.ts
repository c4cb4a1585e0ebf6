import { MnsError } from './mns-errors.ts'

/** What the Authorization header claims. */
export type Claim = V2Claim | V4Claim

/** `MNS <AccessKeyId>:<base64>`: HMAC-SHA1 with the secret itself. */
export interface V2Claim {
  readonly scheme: 'V2'
  readonly accessKeyId: string
  readonly signature: string
}

/** `MNS4-HMAC-SHA256 Credential=…,Signature=<hex>`: HMAC-SHA256 with a key of the day and region. */
export interface V4Claim {
  readonly scheme: 'V4'
  readonly accessKeyId: string
  /** `20240102`. */
  readonly day: string
  readonly region: string
  readonly signature: string
}

const v2 = /^MNS +([^\s:]+):(\S+)$/
const v4 =
  /^MNS4-HMAC-SHA256 +Credential=([^\s/,]+)\/(\d{8})\/([^\s/,]+)\/mns\/aliyun_v4_request, *Signature=([0-9a-fA-F]{64})$/

/** Reads the header. @throws {MnsError} MissingAuthorizationHeader, InvalidAuthorizationHeader */
export function readAuthorization(header: string | undefined): Claim {
  if (header === undefined) throw new MnsError('MissingAuthorizationHeader')
  const [, id, signature] = v2.exec(header) ?? []
  if (id !== undefined && signature !== undefined) return { scheme: 'V2', accessKeyId: id, signature }
  const [, accessKeyId, day, region, digest] = v4.exec(header) ?? []
  if (accessKeyId === undefined || day === undefined || region === undefined || digest === undefined) {
    throw new MnsError('InvalidAuthorizationHeader')
  }
  return { scheme: 'V4', accessKeyId, day, region, signature: digest.toLowerCase() }
}
