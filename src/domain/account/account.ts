/** A customer of the service: owns keys, numbers, templates, voices and receipts. */
export interface Account {
  readonly accountId: string
  readonly name: string
  readonly enabled: boolean
}

/** A permanent key pair that signs requests. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly accountId: string
  readonly secret: string
  readonly enabled: boolean
}

/** Temporary credentials for an account's receipt queues (QueryTokenForMnsQueue). */
export interface QueueToken {
  readonly accountId: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string
  /** Wall milliseconds. */
  readonly createdAt: number
  readonly expiresAt: number
}
