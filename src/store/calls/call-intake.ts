import type { Call } from '../../domain/call/call.ts'
import { bridgeOf } from '../../domain/script/script.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { AcceptGuard, AcceptResult, CalleeFrequency, CallIntake } from '../../operations/ports.ts'
import { Batcher, StoreBusy } from '../batcher.ts'
import { type Database, isRefusedStatement, sqlState } from '../database.ts'
import {
  type AcceptRow,
  type Asking,
  acceptStatement,
  acceptValues,
  isPriced,
  pricedAcceptStatement,
} from './accept-statement.ts'
import type { Refusal } from './callee-frequency.ts'
import { type Callee, CalleeWindows } from './callee-window.ts'
import { RefusedCallees } from './refused-callees.ts'
import { Turnstile } from './turnstile.ts'

/** What the database said about one asking call. */
type Verdict = 'accepted' | 'replayed' | 'tooFrequent' | 'unaffordable'

/** Most calls in one statement, and most that wait for the next ones. */
const maxBatch = 500
const maxWaiting = 20_000

/**
 * The durable door. Concurrent accepts share a commit (`batcher.ts`); what could not be in one statement together goes through
 * one after the other (`turnstile.ts`): the same callee, and the same nonce, where all but the first are replays.
 *
 * A request that was refused as too frequent has used up its nonce all the same: sent again, it counts as replayed.
 */
export class DurableIntake implements Pick<CallIntake, 'accept'> {
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: Log
  readonly #batcher: Batcher<Asking, Verdict>
  readonly #turnstile = new Turnstile()
  readonly #refused = new RefusedCallees()
  readonly #windows: CalleeWindows
  readonly #onAccepted: () => void

  /** @param onAccepted called after each commit that accepted something */
  constructor(database: Database, clock: Clock, log: Log, onAccepted: () => void) {
    this.#database = database
    this.#clock = clock
    this.#log = log
    this.#onAccepted = onAccepted
    this.#windows = new CalleeWindows(database)
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
    const leave = await this.#turnstile.enter(`nonce ${guard.accessKeyId} ${guard.nonce}`)
    try {
      return await this.#ask(call, guard)
    } finally {
      leave()
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

  /** Every number that the call rings must be allowed; they are let through in one order, so that nobody waits in a circle. */
  async #askLimited(asking: Omit<Asking, 'frequency'>, frequency: CalleeFrequency): Promise<AcceptResult> {
    const [first, ...others] = calleesOf(asking.call)
    const leaves: (() => void)[] = []
    for (const key of [first, ...others].map(keyOf).sort()) leaves.push(await this.#turnstile.enter(key))
    try {
      const [second] = others
      if (second === undefined) return await this.#askCounted(asking, first, frequency)
      return await this.#askBoth(asking, [first, second], frequency)
    } finally {
      for (const leave of leaves) leave()
    }
  }

  /**
   * The second number is counted first, and given back when the call is certainly not accepted. A node that dies in
   * between, or an answer of the database that gets lost, leaves one call counted too many for one number.
   */
  async #askBoth(
    asking: Omit<Asking, 'frequency'>,
    [first, second]: readonly [Callee, Callee],
    frequency: CalleeFrequency,
  ): Promise<AcceptResult> {
    const now = this.#clock.now()
    if (!(await this.#windows.take(second, frequency, now))) {
      return this.#refuse(asking, await this.#windows.refusalOf(second, frequency, now))
    }
    try {
      const result = await this.#askCounted(asking, first, frequency)
      if (!result.accepted) await this.#windows.giveBack(second, now)
      return result
    } catch (error) {
      if (error instanceof StoreBusy || sqlState(error) !== undefined) await this.#giveBackAfterAll(second, now)
      throw error
    }
  }

  /** Whoever asked gets the failure that led here; that the number stays counted is for the log. */
  async #giveBackAfterAll(callee: Callee, now: number): Promise<void> {
    const { accountId, product } = callee
    await this.#windows.giveBack(callee, now).catch((error: unknown) => {
      this.#log.warn({ accountId, product, err: error }, 'a number stays counted for a call that was not accepted')
    })
  }

  async #askCounted(
    asking: Omit<Asking, 'frequency'>,
    callee: Callee,
    frequency: CalleeFrequency,
  ): Promise<AcceptResult> {
    const memoryKey = RefusedCallees.keyOf(keyOf(callee), frequency)
    const known = this.#refused.refusal(memoryKey, this.#clock.now())
    if (known !== undefined) return this.#refuse(asking, known)
    const verdict = await this.#batcher.add({ ...asking, frequency })
    if (verdict === 'accepted') return { accepted: true }
    if (verdict === 'replayed') return replayed
    if (verdict === 'unaffordable') return unaffordable
    const now = this.#clock.now()
    const refusal = await this.#windows.refusalOf(callee, frequency, now)
    this.#refused.remember(memoryKey, refusal, now)
    return tooFrequent(refusal)
  }

  /** It is known that the call is refused: its nonce is used up all the same. */
  async #refuse(asking: Omit<Asking, 'frequency'>, refusal: Refusal): Promise<AcceptResult> {
    const verdict = await this.#batcher.add({ ...asking, frequency: 'refused' })
    return verdict === 'replayed' ? replayed : tooFrequent(refusal)
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
}

const replayed: AcceptResult = { accepted: false, because: 'replayed' }
const unaffordable: AcceptResult = { accepted: false, because: 'unaffordable' }

/** The numbers that a call rings. */
function calleesOf({ accountId, product, calledNumber, script }: Call): [Callee, ...Callee[]] {
  const bridge = bridgeOf(script)
  const first = { accountId, product, number: calledNumber }
  return bridge === undefined ? [first] : [first, { accountId, product, number: bridge.to }]
}

function keyOf({ accountId, product, number }: Callee): string {
  return `callee ${accountId} ${product} ${number}`
}

function tooFrequent(refusal: Refusal): AcceptResult {
  return { accepted: false, because: 'tooFrequent', ...refusal }
}
