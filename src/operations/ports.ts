import type { AccessKey, Account, QueueToken } from '../domain/account/account.ts'
import type { BearerGrant, Grant, TemporaryKey } from '../domain/account/temporary-key.ts'
import type { User } from '../domain/account/user.ts'
import type { Call, Product } from '../domain/call/call.ts'
import type { Template } from '../domain/template/template.ts'
import type { Voice } from '../domain/template/voice.ts'
import type { CallRecord } from '../records/call-record.ts'

/** What operations ask of the rest of the house. Implemented by `store`. */
export interface Ports {
  readonly calls: CallIntake
  readonly directory: Directory
  readonly records: RecordReader
  readonly queueTokens: QueueTokens
  readonly temporaryKeys: TemporaryKeys
}

/** What an account owns. Reads are answered from memory and follow changes within a second, on every node. */
export interface Directory {
  account(accountId: string): Promise<Account | undefined>
  accessKey(accessKeyId: string): Promise<AccessKey | undefined>
  /** The user with the statements of his policies. */
  user(accountId: string, userName: string): Promise<User | undefined>
  /** What a started minute of such a call costs the account, ten-thousandths of the currency unit; 0: it is free. */
  pricePerMinuteE4(accountId: string, product: Product): Promise<number>
  ownsNumber(accountId: string, number: string): Promise<boolean>
  template(accountId: string, code: string): Promise<Template | undefined>
  voice(accountId: string, code: string): Promise<Voice | undefined>
  /** Words that no template variable of any account may contain. */
  blacklist(): Promise<readonly string[]>
}

/** The durable door: when `accept` resolves as accepted, the call is on disk and will have exactly one record. */
export interface CallIntake {
  accept(call: Call, guard: AcceptGuard): Promise<AcceptResult>
  /**
   * Calls off a call of the account. When this resolves as `cancelled`, that is on disk: a call that was not dialled never
   * will be, one that is on a line is hung up, whichever node has it. Asked again for the same call, the answer is the
   * same.
   */
  cancel(accountId: string, callId: string): Promise<CancelResult>
}

/** `ended`: it was over before. `unknown`: the account has no such call. */
export type CancelResult = 'cancelled' | 'ended' | 'unknown'

export interface AcceptGuard {
  /** The signed request that asked: a second accept for the same pair is refused, also after a restart. */
  readonly accessKeyId: string
  readonly nonce: string
  /** Callee frequency to hold for every number that the call rings, or `undefined` when the operator turned it off. */
  readonly frequency: CalleeFrequency | undefined
  /** Absent: the call is free. */
  readonly price?: CallPrice
}

/** What a call costs, fixed when it is accepted. */
export interface CallPrice {
  /** For each started minute of an answered call, ten-thousandths of the currency unit; above 0. */
  readonly perMinuteE4: number
  /** How much of the balance is held back until the call has its record. */
  readonly heldE4: number
}

/** How often one callee may be called per account and product. Failed calls count (reference, isv.BUSINESS_LIMIT_CONTROL). */
export interface CalleeFrequency {
  readonly perMinute: number
  readonly perHour: number
  readonly perDay: number
}

export type AcceptResult =
  | { accepted: true }
  | { accepted: false; because: 'replayed' }
  /** What is left of the prepaid balance does not cover the call. */
  | { accepted: false; because: 'unaffordable' }
  /** `nextAt`: wall milliseconds at which this callee may be called again. */
  | { accepted: false; because: 'tooFrequent'; nextAt: number; limit: keyof CalleeFrequency }

/** Limits that all nodes on one database hold together, a block of requests at a time. */
export interface SharedLimits {
  /** Nodes that are alive, this one included: at least 1, from memory, a few seconds old at most. */
  readonly liveNodes: number
  /**
   * Takes up to `wanted` of the `limit` requests that may pass in the current second.
   *
   * @param name the limit
   * @returns how many were left and are the caller's now, and when the second is over, milliseconds from now
   */
  take(name: string, wanted: number, limit: number): Promise<{ granted: number; remainingMs: number }>
}

export interface RecordReader {
  /** The record of an ended call, the call itself while it lives, `undefined` when the account has no such call. */
  find(accountId: string, callId: string): Promise<{ call: Call; record: CallRecord | undefined } | undefined>
}

/** Temporary credentials for an account's receipt queues. */
export interface QueueTokens {
  /** Returns the account's current token while it has more than a third of its life left, else a new one. */
  current(accountId: string, now: number): Promise<QueueToken>
}

/**
 * Temporary credentials for this API. Each carries its own proof: whoever holds the service's key file can judge it
 * without a lookup. Whether it has expired is for the reader to judge. They cannot be called back one by one: disabling
 * the account, or removing the user, ends them all.
 */
export interface TemporaryKeys {
  issueKey(grant: Grant): TemporaryKey
  /** @returns `undefined` for a token that was not issued here, or was changed */
  openKey(securityToken: string): TemporaryKey | undefined
  /** @param now wall milliseconds */
  issueBearer(grant: Grant, now: number): string
  /** @returns `undefined` for a token that was not issued here, or was changed */
  openBearer(token: string): BearerGrant | undefined
}
