/** A customer of the service: owns keys, users, numbers, templates, voices and receipts. */
export interface Account {
  readonly accountId: string
  readonly name: string
  readonly state: AccountState
}

/** One row of the account states. */
interface AccountStateRow {
  /** What is refused: nothing, the placing of calls, or every operation and the receipt queues. */
  readonly stops: 'nothing' | 'calls' | 'everything'
  /** The reason that the caller is given. */
  readonly refusal: AccountRefusal | undefined
  /** One line for the operator. */
  readonly meaning: string
}

/** Why an account is refused. */
export type AccountRefusal =
  | 'accountSuspended'
  | 'accountAbnormal'
  | 'productNotActivated'
  | 'familyNotActivated'
  | 'accountMissing'

/**
 * What an operator can decide about an account. An account that is out of service places no calls, but what it did before
 * stays its own: records and receipts can still be fetched. A deleted account keeps its rows (records and ledger name it)
 * and is answered as if it did not exist.
 */
export const accountStates = {
  normal: { stops: 'nothing', refusal: undefined, meaning: 'may do everything' },
  outOfService: {
    stops: 'calls',
    refusal: 'accountSuspended',
    meaning: 'in arrears: places no calls, still fetches records and receipts',
  },
  abnormal: { stops: 'everything', refusal: 'accountAbnormal', meaning: 'blocked by the operator' },
  productNotActivated: {
    stops: 'everything',
    refusal: 'productNotActivated',
    meaning: 'has not activated voice messaging',
  },
  familyNotActivated: {
    stops: 'everything',
    refusal: 'familyNotActivated',
    meaning: 'has not activated the product family that voice messaging belongs to',
  },
  deleted: { stops: 'everything', refusal: 'accountMissing', meaning: 'answered as if it did not exist' },
} as const satisfies Record<string, AccountStateRow>

export type AccountState = keyof typeof accountStates

/** The state of that name. */
export function readAccountState(text: string): AccountState | undefined {
  return isAccountState(text) ? text : undefined
}

function isAccountState(text: string): text is AccountState {
  return Object.hasOwn(accountStates, text)
}

/** A permanent key pair that signs requests. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly accountId: string
  /** The user it belongs to; absent: the account's own key, which may do everything. */
  readonly userName?: string
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
