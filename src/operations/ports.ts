import type { AccessKey, Account, QueueToken } from '../domain/account/account.ts'
import type { Call } from '../domain/call/call.ts'
import type { Template } from '../domain/template/template.ts'
import type { Voice } from '../domain/template/voice.ts'
import type { CallRecord } from '../records/call-record.ts'

/** What operations ask of the rest of the house. Implemented by `store`. */
export interface Ports {
  readonly calls: CallIntake
  readonly directory: Directory
  readonly records: RecordReader
  readonly queueTokens: QueueTokens
}

/** What an account owns. Reads are answered from memory and follow changes within a second, on every node. */
export interface Directory {
  account(accountId: string): Promise<Account | undefined>
  accessKey(accessKeyId: string): Promise<AccessKey | undefined>
  ownsNumber(accountId: string, number: string): Promise<boolean>
  template(accountId: string, code: string): Promise<Template | undefined>
  voice(accountId: string, code: string): Promise<Voice | undefined>
  /** Words that no template variable of any account may contain. */
  blacklist(): Promise<readonly string[]>
}

/** The durable door: when `accept` resolves as accepted, the call is on disk and will have exactly one record. */
export interface CallIntake {
  accept(call: Call, guard: AcceptGuard): Promise<AcceptResult>
}

export interface AcceptGuard {
  /** The signed request that asked: a second accept for the same pair is refused, also after a restart. */
  readonly accessKeyId: string
  readonly nonce: string
  /** Callee frequency to hold, or `undefined` when the operator turned it off. */
  readonly frequency: CalleeFrequency | undefined
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
  /** `nextAt`: wall milliseconds at which this callee may be called again. */
  | { accepted: false; because: 'tooFrequent'; nextAt: number; limit: keyof CalleeFrequency }

export interface RecordReader {
  /** The record of an ended call, the call itself while it lives, `undefined` when the account has no such call. */
  find(accountId: string, callId: string): Promise<{ call: Call; record: CallRecord | undefined } | undefined>
}

/** Temporary credentials for an account's receipt queues. */
export interface QueueTokens {
  /** Returns the account's current token while it has more than a third of its life left, else a new one. */
  current(accountId: string, now: number): Promise<QueueToken>
}
