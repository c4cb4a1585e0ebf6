import type { Call } from '../../domain/call/call.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { AcceptGuard, AcceptResult, CalleeFrequency, CallIntake } from '../../operations/ports.ts'
import { Batcher } from '../batcher.ts'
import { type Database, isRefusedStatement } from '../database.ts'
import {
  type AcceptRow,
  type Asking,
  acceptStatement,
  acceptValues,
  isPriced,
  pricedAcceptStatement,
} from './accept-statement.ts'
import { type Refusal, refusalAt } from './callee-frequency.ts'
import { RefusedCallees } from './refused-callees.ts'
import { Turnstile } from './turnstile.ts'

/** What the database said about one asking call. */
type Verdict = 'accepted' | 'replayed' | 'tooFrequent' | 'unaffordable'

/** Most calls in one statement, and most that wait for the next ones. */
const maxBatch = 500
const maxWaiting = 20_000

/**
 * The durable door. Concurrent accepts share a commit (`batcher.ts`); what could not be in one statement together goes through
 * one after the other: the same callee (`turnstile.ts`), and the same nonce, where all but the first are replays.
 *
 * A request that was refused as too frequent has used up its nonce all the same: sent again, it counts as replayed.
 */
export class DurableIntake implements CallIntake {
  readonly #database: Database
  readonly #clock: Clock
  readonly #batcher: Batcher<Asking, Verdict>
  readonly #turnstile = new Turnstile()
  /** Requests under way, by nonce: whether the nonce was used up. */
  readonly #nonces = new Map<string, Promise<boolean>>()
  readonly #refused = new RefusedCallees()
  readonly #onAccepted: () => void

  /** @param onAccepted called after each commit that accepted something */
  constructor(database: Database, clock: Clock, log: Log, onAccepted: () => void) {
    this.#database = database
    this.#clock = clock
    this.#onAccepted = onAccepted
    this.#batcher = new Batcher({
      name: 'accept',
      log,
      maxBatch,
      maxWaiting,
      isPoison: isRefusedStatement,
      run: (batch) => this.#acceptBatch(batch),
    })
  }

  /** @throws {StoreBusy} when too many accepts wait; database errors: then the call may be on disk or not. */
  async accept(call: Call, guard: AcceptGuard): Promise<AcceptResult> {
    const nonce = `${guard.accessKeyId} ${guard.nonce}`
    for (let other = this.#nonces.get(nonce); other !== undefined; other = this.#nonces.get(nonce)) {
      if (await other) return replayed
    }
    const asked = this.#ask(call, guard)
    const isUsed = asked.then(
      () => true,
      () => false, // Whoever asked gets the failure itself; the next one with this nonce may try.
    )
    this.#nonces.set(nonce, isUsed)
    try {
      return await asked
    } finally {
      this.#nonces.delete(nonce)
    }
  }

  /** Waits for accepts under way. */
  drained(): Promise<void> {
    return this.#batcher.drained()
  }

  async #ask(call: Call, { accessKeyId, nonce, frequency, price }: AcceptGuard): Promise<AcceptResult> {
    const asking = { call, accessKeyId, nonce, ...(price === undefined ? {} : { price }) }
    if (frequency !== undefined) return this.#askLimited(asking, frequency)
    const verdict = await this.#batcher.add({ ...asking, frequency: 'none' })
    if (verdict === 'unaffordable') return unaffordable
    return verdict === 'accepted' ? { accepted: true } : replayed
  }

  async #askLimited(asking: Omit<Asking, 'frequency'>, frequency: CalleeFrequency): Promise<AcceptResult> {
    const { accountId, product, calledNumber } = asking.call
    const callee = `callee ${accountId} ${product} ${calledNumber}`
    const memoryKey = RefusedCallees.keyOf(callee, frequency)
    const leave = await this.#turnstile.enter(callee)
    const known = this.#refused.refusal(memoryKey, this.#clock.now())
    if (known !== undefined) {
      leave()
      const verdict = await this.#batcher.add({ ...asking, frequency: 'refused' })
      return verdict === 'replayed' ? replayed : tooFrequent(known)
    }
    try {
      const verdict = await this.#batcher.add({ ...asking, frequency })
      if (verdict === 'accepted') return { accepted: true }
      if (verdict === 'replayed') return replayed
      if (verdict === 'unaffordable') return unaffordable
      const refusal = await this.#refusalOf(asking.call, frequency)
      this.#refused.remember(memoryKey, refusal)
      return tooFrequent(refusal)
    } finally {
      leave()
    }
  }

  async #acceptBatch(batch: readonly Asking[]): Promise<Verdict[]> {
    const statement = isPriced(batch) ? pricedAcceptStatement : acceptStatement
    const rows = await this.#database.hot<AcceptRow>(statement, acceptValues(batch, this.#clock.now()))
    const accepted = new Set<string>()
    const short = new Set<string>()
    const fresh = new Set<string>()
    for (const row of rows) {
      if (row.call_id !== null && row.nonce !== null) short.add(row.call_id)
      else if (row.call_id !== null) accepted.add(row.call_id)
      else fresh.add(`${row.access_key_id} ${row.nonce}`)
    }
    if (accepted.size > 0) this.#onAccepted()
    return batch.map(({ call, accessKeyId, nonce }) => {
      if (accepted.has(call.callId)) return 'accepted'
      if (short.has(call.callId)) return 'unaffordable'
      return fresh.has(`${accessKeyId} ${nonce}`) ? 'tooFrequent' : 'replayed'
    })
  }

  /** Until when, and why, the callee of a refused call may not be called. */
  async #refusalOf(call: Call, frequency: CalleeFrequency): Promise<Refusal> {
    const window = await this.#database.tables
      .selectFrom('callee_windows')
      .select('recent')
      .where('account_id', '=', call.accountId)
      .where('product', '=', call.product)
      .where('called_number', '=', call.calledNumber)
      .executeTakeFirst()
    const now = this.#clock.now()
    // The window may have opened between the two statements: then the next try succeeds.
    return refusalAt(window?.recent ?? [], frequency, now) ?? { nextAt: now, limit: 'perMinute' }
  }
}

const replayed: AcceptResult = { accepted: false, because: 'replayed' }
const unaffordable: AcceptResult = { accepted: false, because: 'unaffordable' }

function tooFrequent(refusal: Refusal): AcceptResult {
  return { accepted: false, because: 'tooFrequent', ...refusal }
}
