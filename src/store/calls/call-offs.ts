import type { Call } from '../../domain/call/call.ts'
import type { CallOff } from '../../engine/ports.ts'
import type { Clock } from '../../lib/clock.ts'
import type { CancelResult } from '../../operations/ports.ts'
import type { Database, Statement } from '../database.ts'
import { type CallRow, callOf } from './call-rows.ts'

/** Where nodes tell each other which calls were called off: the payload is node and CallId. */
export const callOffChannel = 'yuyin_call_off'

/**
 * Calls one off, in whatever state it is: what still waits in the queue becomes this node's, which ends it; what is on a
 * line is marked, and the node that has it hears of it when this is committed. Asked again, nothing changes.
 *
 * $1 this node, $2 now, $3 the call, $4 its account.
 */
const callOffStatement: Statement = {
  name: 'call-off',
  text: `
WITH found AS MATERIALIZED (
  SELECT call_id, state, called_off_at FROM calls WHERE call_id = $3 AND account_id = $4 FOR UPDATE
), marked AS (
  UPDATE calls SET called_off_at = coalesce(calls.called_off_at, $2::bigint), state = 'dialling',
      node_id = CASE found.state WHEN 'queued' THEN $1 ELSE calls.node_id END,
      attempted_at = CASE found.state WHEN 'queued' THEN $2::bigint ELSE calls.attempted_at END
    FROM found WHERE calls.call_id = found.call_id AND found.state <> 'ended'
  RETURNING calls.*,
    (SELECT pg_notify('${callOffChannel}', calls.node_id || ' ' || calls.call_id) WHERE found.state = 'dialling')
)
SELECT found.state AS was, found.called_off_at IS NOT NULL AS was_called_off, marked.node_id,
    found.call_id, account_id, operation, product, called_number, show_number, out_id, script, accepted_at
  FROM found LEFT JOIN marked USING (call_id)`,
}

type FoundRow = CallRow & {
  was: 'queued' | 'dialling' | 'ended'
  was_called_off: boolean
  node_id: string | null
}

/** Calls that are called off, by their accounts, on any node. */
export class StoredCallOffs {
  readonly #database: Database
  readonly #clock: Clock
  readonly #nodeId: string
  readonly #hold: (call: Call) => void
  readonly #listeners = new Set<(off: CallOff) => void>()

  /** @param hold called for each call that becomes this node's */
  constructor(database: Database, clock: Clock, nodeId: string, hold: (call: Call) => void) {
    this.#database = database
    this.#clock = clock
    this.#nodeId = nodeId
    this.#hold = hold
  }

  async cancel(accountId: string, callId: string): Promise<CancelResult> {
    const values = [this.#nodeId, this.#clock.now(), callId, accountId]
    const [row] = await this.#database.hot<FoundRow>(callOffStatement, values)
    if (row === undefined) return 'unknown'
    if (row.was === 'ended') return row.was_called_off ? 'cancelled' : 'ended'
    if (row.was === 'queued') {
      const call = callOf(row)
      this.#hold(call)
      this.#tell({ kind: 'queued', call })
    } else if (row.node_id === this.#nodeId) this.#tell({ kind: 'live', callId })
    return 'cancelled'
  }

  /** @returns what takes the listener off again */
  onCalledOff(listener: (off: CallOff) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Another node called off a call that may be this one's. @param payload of `callOffChannel` */
  heard(payload: string): void {
    const [nodeId, callId] = payload.split(' ')
    if (nodeId === this.#nodeId && callId !== undefined) this.#tell({ kind: 'live', callId })
  }

  #tell(off: CallOff): void {
    for (const listener of this.#listeners) listener(off)
  }
}
