import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { QueueMessage } from '../../receipts/ports.ts'
import { Batcher } from '../batcher.ts'
import { type Database, isRefusedStatement } from '../database.ts'
import { messageOf } from './message-row.ts'
import { type MessageRow, prioritiesOf, receiveStatement } from './queue-statements.ts'
import { newLease } from './receipt-handle.ts'

/** One client's wish. */
export interface Taking {
  readonly queue: string
  readonly max: number
  readonly visibilitySeconds: number
}

/** Wishes that share a statement. */
const largestBatch = 64
const mostWaiting = 20_000

/** Gives messages to those who ask, who share a statement: one probe per queue, whatever the number of askers. */
export function createTaking(database: Database, clock: Clock, log: Log): Batcher<Taking, QueueMessage[]> {
  return new Batcher({
    name: 'receives',
    log,
    maxBatch: largestBatch,
    maxWaiting: mostWaiting,
    isPoison: isRefusedStatement,
    async run(takings) {
      const now = clock.now()
      const asks = merged(takings)
      const rows = await database.hot<MessageRow>(receiveStatement, [
        asks.map((ask) => ask.queue),
        asks.map((ask) => prioritiesOf(ask.queue).first),
        asks.map((ask) => prioritiesOf(ask.queue).last),
        asks.map((ask) => ask.max),
        asks.map((ask) => now + ask.visibilitySeconds * 1000),
        now,
        Array.from({ length: asks.reduce((sum, ask) => sum + ask.max, 0) }, newLease),
      ])
      return shared(takings, rows)
    },
  })
}

/** One ask per queue, for all its takers. A queue has one visibility; the first taker's counts. */
function merged(takings: readonly Taking[]): Taking[] {
  const asks = new Map<string, Taking>()
  for (const taking of takings) {
    const known = asks.get(taking.queue)
    asks.set(taking.queue, known === undefined ? taking : { ...known, max: known.max + taking.max })
  }
  return [...asks.values()]
}

/** Who asked first gets the first messages. */
function shared(takings: readonly Taking[], rows: MessageRow[]): QueueMessage[][] {
  const byQueue = new Map<string, MessageRow[]>()
  for (const row of rows.sort((a, b) => a.priority - b.priority || a.id - b.id)) {
    const known = byQueue.get(row.queue)
    if (known === undefined) byQueue.set(row.queue, [row])
    else known.push(row)
  }
  return takings.map(({ queue, max }) => (byQueue.get(queue)?.splice(0, max) ?? []).map(messageOf))
}
