/** Whom temporary credentials speak for, and until when. */
export interface Grant {
  readonly accountId: string
  /** The user it was issued for, whose policies hold; absent: the account itself. */
  readonly userName?: string
  /** Wall milliseconds. */
  readonly expiresAt: number
}

/** A key pair that signs requests for a while. It is known by its security token alone: nothing of it is stored. */
export interface TemporaryKey extends Grant {
  /** Begins with `STS.`, which no permanent key does. */
  readonly accessKeyId: string
  readonly secret: string
  /** Sent with every request, signed like any other parameter. */
  readonly securityToken: string
}

/** What a bearer token says. */
export interface BearerGrant extends Grant {
  /** Tells tokens apart: a nonce counts per token. */
  readonly tokenId: string
}

/** How long temporary credentials may be good, seconds: a quarter of an hour to twelve hours, as in the public service. */
export const grantSeconds = { min: 900, max: 43_200, usual: 3_600 } as const

/** Whether an AccessKeyId is that of a temporary key. */
export function isTemporaryKeyId(accessKeyId: string): boolean {
  return accessKeyId.startsWith('STS.')
}
