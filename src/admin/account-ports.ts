import type { AccessKey, Account, AccountState } from '../domain/account/account.ts'
import type { Product } from '../domain/call/call.ts'
import type { Policy } from '../domain/policy/policy.ts'
import type { MessageType } from '../domain/receipt/receipt.ts'
import type { ReviewState } from '../domain/template/review.ts'
import type { Template } from '../domain/template/template.ts'
import type { Voice } from '../domain/template/voice.ts'

/**
 * The books of accounts that the command line manages as well. Whatever changes something may throw an `AdminRefused`:
 * an error of that name whose `refusal` is exists, unknown, malformed, inUse or unaffordable.
 */
export interface AccountBooks {
  create(wanted: { name: string; accountId?: string }): Promise<Account>
  find(accountId: string): Promise<Account | undefined>
  list(): Promise<Account[]>
  rename(accountId: string, name: string): Promise<void>
  setState(accountId: string, state: AccountState): Promise<void>
  readonly keys: KeyBook
  readonly users: UserBook
  readonly policies: PolicyBook
  readonly numbers: NumberBook
  readonly templates: TemplateBook
  readonly voices: VoiceBook
  readonly subscriptions: SubscriptionBook
  readonly prices: PriceBook
  readonly ledger: LedgerBook
  readonly blacklist: WordBook
}

export interface KeyBook {
  create(accountId: string, wanted?: { userName?: string }): Promise<AccessKey>
  list(accountId: string): Promise<Omit<AccessKey, 'secret'>[]>
  setEnabled(accessKeyId: string, enabled: boolean): Promise<void>
  remove(accessKeyId: string): Promise<void>
}

export interface UserBook {
  create(accountId: string, userName: string): Promise<void>
  list(accountId: string): Promise<{ userName: string; policies: readonly string[]; keys: number }[]>
  remove(accountId: string, userName: string): Promise<void>
  attach(accountId: string, userName: string, policyName: string): Promise<void>
  detach(accountId: string, userName: string, policyName: string): Promise<void>
}

export interface PolicyBook {
  save(policy: Policy): Promise<void>
  list(accountId: string): Promise<Policy[]>
  remove(accountId: string, policyName: string): Promise<void>
}

export interface NumberBook {
  add(accountId: string, number: string): Promise<void>
  list(accountId: string): Promise<string[]>
  remove(accountId: string, number: string): Promise<void>
}

export interface TemplateBook {
  save(template: Template): Promise<void>
  list(accountId: string): Promise<Template[]>
  remove(accountId: string, code: string): Promise<void>
}

export interface VoiceBook {
  save(voice: Voice & { wav: Buffer; durationMs: number }): Promise<void>
  list(accountId: string): Promise<(Voice & { durationMs: number })[]>
  review(accountId: string, code: string, review: ReviewState): Promise<void>
  remove(accountId: string, code: string): Promise<void>
  read(accountId: string, code: string): Promise<Buffer | undefined>
}

export interface SubscriptionBook {
  set(accountId: string, messageType: MessageType, wanted: { queue: boolean; pushUrl?: string }): Promise<void>
  list(accountId: string): Promise<{ messageType: string; queue: boolean; pushUrl?: string; signed: boolean }[]>
  sign(accountId: string, messageType: MessageType): Promise<string>
  stopSigning(accountId: string, messageType: MessageType): Promise<void>
}

/** Amounts in ten-thousandths of the currency unit. A price without an account holds for all that have none. */
export interface PriceBook {
  set(price: { accountId?: string; product: Product; perMinuteE4: number }): Promise<void>
  list(): Promise<{ accountId?: string; product: Product; perMinuteE4: number }[]>
  remove(price: { accountId?: string; product: Product }): Promise<void>
}

/** One change of a balance; `amountE4` is below 0 for what goes off it, `createdAt` wall milliseconds. */
export interface LedgerLine {
  readonly id: number
  readonly kind: 'topUp' | 'withdrawal' | 'charge'
  readonly amountE4: number
  readonly callId?: string
  readonly reference?: string
  readonly createdAt: number
}

export interface LedgerBook {
  topUp(accountId: string, booking: { amountE4: number; reference?: string }): Promise<unknown>
  withdraw(accountId: string, booking: { amountE4: number; reference?: string }): Promise<unknown>
  balance(accountId: string): Promise<{ balanceE4: number; heldE4: number }>
  list(accountId: string, page: { limit: number; beforeId?: number }): Promise<LedgerLine[]>
  /** The booking of an operator under that reference. */
  find(accountId: string, reference: string): Promise<LedgerLine | undefined>
  audit(accountId: string): Promise<LedgerFindings>
}

/** Whether the books of an account are right, at one moment; see `isRight`. */
export interface LedgerFindings {
  readonly isRight: boolean
  readonly balanceE4: number
  readonly ledgerE4: number
  readonly chargedE4: number
  readonly recordsE4: number
  readonly mismatchedCalls: number
  readonly heldE4: number
  readonly holdsE4: number
  readonly strayHolds: number
}

export interface WordBook {
  add(word: string): Promise<void>
  list(): Promise<string[]>
  remove(word: string): Promise<void>
}
