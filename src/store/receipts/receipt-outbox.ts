import type { Receipt } from '../../domain/receipt/receipt.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { ReceiptOutbox } from '../../receipts/ports.ts'
import type { CallRecord } from '../../records/call-record.ts'
import { Batcher } from '../batcher.ts'
import { type Database, isRefusedStatement } from '../database.ts'
import { type Outgoing, outboxStatement, outboxValues } from './outbox-statement.ts'

const maxBatch = 300
const maxWaiting = 50_000

/**
 * Closes calls and queues receipts; concurrent ones share a commit. `finish` may be repeated, after any error: the second
 * time it finds the record and changes nothing. Two `finish` of one call in one batch are one.
 */
export class BatchedOutbox implements ReceiptOutbox {
  readonly #batcher: Batcher<Outgoing, void>
  readonly #onFinished: (callId: string) => void

  /** @param onFinished called for each call that has its record for certain */
  constructor(database: Database, clock: Clock, log: Log, onFinished: (callId: string) => void) {
    this.#onFinished = onFinished
    this.#batcher = new Batcher({
      name: 'outbox',
      log,
      maxBatch,
      maxWaiting,
      isPoison: isRefusedStatement,
      run: async (batch) => {
        await database.hot(outboxStatement, outboxValues(withoutRepeats(batch), clock.now()))
        return batch.map(() => undefined)
      },
    })
  }

  async finish(record: CallRecord, receipts: readonly Receipt[]): Promise<void> {
    await this.#batcher.add({ record, receipts })
    this.#onFinished(record.callId)
  }

  async report(receipts: readonly Receipt[]): Promise<void> {
    if (receipts.length > 0) await this.#batcher.add({ record: undefined, receipts })
  }

  drained(): Promise<void> {
    return this.#batcher.drained()
  }
}

/** Drops every closing whose call is closed earlier in the same batch. */
function withoutRepeats(batch: readonly Outgoing[]): Outgoing[] {
  const seen = new Set<string>()
  return batch.filter(({ record }) => {
    if (record === undefined) return true
    if (seen.has(record.callId)) return false
    seen.add(record.callId)
    return true
  })
}
