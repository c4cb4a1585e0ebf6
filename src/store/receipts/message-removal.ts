import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { Batcher } from '../batcher.ts'
import { type Database, isRefusedStatement } from '../database.ts'
import { removeStatement } from './queue-statements.ts'
import { parseHandle } from './receipt-handle.ts'

/** The handles that one client is done with. */
export interface Removal {
  readonly queue: string
  readonly receiptHandles: readonly string[]
}

const largestBatch = 64
const mostWaiting = 20_000

/** Deletes messages by their handles; concurrent removals, of any queue, share a commit. */
export function createRemoval(database: Database, clock: Clock, log: Log): Batcher<Removal, boolean[]> {
  return new Batcher({
    name: 'removals',
    log,
    maxBatch: largestBatch,
    maxWaiting: mostWaiting,
    isPoison: isRefusedStatement,
    async run(removals) {
      const all = removals.map(({ queue, receiptHandles }) =>
        receiptHandles.map((text) => {
          const handle = parseHandle(text)
          return handle && { ...handle, queue }
        }),
      )
      const known = all.flat().filter((handle) => handle !== undefined)
      const rows = await database.hot<RemovedRow>(removeStatement, [
        known.map((handle) => handle.queue),
        known.map((handle) => handle.messageId),
        known.map((handle) => handle.dequeueCount),
        known.map((handle) => handle.lease),
        clock.now(),
      ])
      const removed = new Set(rows.map((row) => `${row.queue} ${row.id} ${row.dequeue_count} ${row.lease}`))
      // Told to him only who gave the very handle; the second of two equal handles finds its message gone.
      return all.map((handles) =>
        handles.map(
          (handle) =>
            handle !== undefined &&
            removed.delete(`${handle.queue} ${handle.messageId} ${handle.dequeueCount} ${handle.lease}`),
        ),
      )
    },
  })
}

type RemovedRow = { id: number; queue: string; dequeue_count: number; lease: string }
