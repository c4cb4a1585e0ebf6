import type { Call, Product } from '../../domain/call/call.ts'
import type { CallQueue } from '../../engine/ports.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Database, Statement } from '../database.ts'
import { type CallRow, callOf } from './call-rows.ts'
import { deadAfterSeconds } from './node-register.ts'

/** Calls that one `expire` or `orphans` takes at most; the rest comes with the next one. */
const takeAtMost = 500

/**
 * A call of this node that nobody here knows of after so long was handed out to nobody: the answer of the database got
 * lost. Longer than any statement may last.
 */
const lostAfterMs = 60_000

const columns = `calls.call_id, account_id, operation, product, called_number, show_number, out_id, script,
  calls.accepted_at, calls.priority`

const take = `
UPDATE calls SET state = 'dialling', node_id = $1, attempted_at = $2
  FROM chosen WHERE calls.call_id = chosen.call_id
RETURNING ${columns}`

const claimStatement: Statement = {
  name: 'claim-calls',
  text: `
WITH chosen AS MATERIALIZED (
  SELECT call_id FROM calls WHERE state = 'queued'
  ORDER BY priority, accepted_at, call_id LIMIT $3 FOR UPDATE SKIP LOCKED
)${take}`,
}

const expireStatement: Statement = {
  name: 'expire-calls',
  text: `
WITH chosen AS MATERIALIZED (
  SELECT call_id FROM calls WHERE state = 'queued' AND product = $3 AND accepted_at < $4
  ORDER BY priority, accepted_at, call_id LIMIT ${takeAtMost} FOR UPDATE SKIP LOCKED
)${take}`,
}

/** $3: after how many seconds of silence a node is dead. One that is not in the register is dead, too. */
const orphansStatement: Statement = {
  name: 'orphaned-calls',
  text: `
WITH chosen AS MATERIALIZED (
  SELECT call_id FROM calls WHERE state = 'dialling' AND node_id <> $1
    AND NOT EXISTS (SELECT FROM nodes WHERE nodes.node_id = calls.node_id
      AND nodes.heartbeat_at > clock_timestamp() - make_interval(secs => $3))
  ORDER BY attempted_at LIMIT ${takeAtMost} FOR UPDATE SKIP LOCKED
)${take}`,
}

const lostStatement: Statement = {
  name: 'lost-calls',
  text: `
SELECT ${columns} FROM calls
  WHERE state = 'dialling' AND node_id = $1 AND attempted_at < $2 AND call_id <> ALL ($3::text[])
  ORDER BY attempted_at LIMIT ${takeAtMost}`,
}

type TakenRow = CallRow & { priority: number }

/** The queue of accepted calls, shared by all nodes: rows are claimed with `FOR UPDATE SKIP LOCKED`. */
export class SharedCallQueue implements CallQueue {
  readonly #database: Database
  readonly #clock: Clock
  readonly #nodeId: string
  readonly #mayJudgeOthers: () => boolean
  /** Calls that were handed out here and have no record yet. */
  readonly #held = new Set<string>()

  /** @param mayJudgeOthers whether a node that is silent is dead (`NodeRegister`) */
  constructor(database: Database, clock: Clock, nodeId: string, mayJudgeOthers: () => boolean) {
    this.#database = database
    this.#clock = clock
    this.#nodeId = nodeId
    this.#mayJudgeOthers = mayJudgeOthers
  }

  async claim(limit: number): Promise<Call[]> {
    if (limit <= 0) return []
    return this.#take(claimStatement, [limit])
  }

  async expire(product: Product, acceptedBefore: number): Promise<Call[]> {
    return this.#take(expireStatement, [product, acceptedBefore])
  }

  /**
   * Calls that were being dialled by a node that died, and calls that the database handed to this node but that never arrived:
   * their phones may have rung. They belong to this node from now on and must be finished as failed, never dialled.
   * At most 500; the rest with the next call.
   */
  async orphans(): Promise<Call[]> {
    const ofOthers = this.#mayJudgeOthers() ? await this.#take(orphansStatement, [deadAfterSeconds]) : []
    const lostBefore = this.#clock.now() - lostAfterMs
    const lost = await this.#database.hot<TakenRow>(lostStatement, [this.#nodeId, lostBefore, [...this.#held]])
    return [...ofOthers, ...this.#hold(lost)]
  }

  /** A call has its record. */
  release(callId: string): void {
    this.#held.delete(callId)
  }

  async #take(statement: Statement, values: readonly unknown[]): Promise<Call[]> {
    const rows = await this.#database.hot<TakenRow>(statement, [this.#nodeId, this.#clock.now(), ...values])
    return this.#hold(rows)
  }

  #hold(rows: TakenRow[]): Call[] {
    // RETURNING gives rows in the order they were updated, not in the order they were chosen.
    rows.sort((a, b) => a.priority - b.priority || a.accepted_at - b.accepted_at || (a.call_id < b.call_id ? -1 : 1))
    for (const row of rows) this.#held.add(row.call_id)
    return rows.map(callOf)
  }
}
