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

/** What makes a `Call`, and where it stands in the queue. */
const columns = `calls.call_id, account_id, operation, product, called_number, show_number, out_id, script,
  calls.accepted_at, calls.priority, calls.called_off_at`

const take = `
UPDATE calls SET state = 'dialling', node_id = $1, attempted_at = $2
  FROM chosen WHERE calls.call_id = chosen.call_id
RETURNING ${columns}`

const claimStatement: Statement = {
  name: 'claim-calls',
  text: `
WITH due AS MATERIALIZED (
  SELECT call_id, priority, accepted_at, lines FROM calls WHERE state = 'queued' AND due_at <= $2
  ORDER BY priority, accepted_at, call_id LIMIT $3 FOR UPDATE SKIP LOCKED
), chosen AS MATERIALIZED (
  SELECT call_id FROM (
    SELECT call_id, lines, sum(lines) OVER (ORDER BY priority, accepted_at, call_id) AS lines_so_far FROM due) AS fitting
  WHERE lines_so_far <= $3 OR ($4 AND lines_so_far = lines)
)${take}`,
}

const putBackStatement: Statement = {
  name: 'put-back-calls',
  text: `
WITH mine AS MATERIALIZED (
  SELECT calls.call_id, called_off_at IS NOT NULL AS is_called_off, returned.due_at
    FROM calls JOIN unnest($2::text[], $3::bigint[]) AS returned (call_id, due_at) USING (call_id)
    WHERE state = 'dialling' AND node_id = $1 FOR UPDATE OF calls
), back AS (
  UPDATE calls SET state = 'queued', node_id = NULL, attempted_at = NULL, due_at = mine.due_at
    FROM mine WHERE calls.call_id = mine.call_id AND NOT is_called_off
)
SELECT call_id FROM mine WHERE is_called_off`,
}

const calledOffStatement: Statement = {
  name: 'called-off-calls',
  text: `SELECT call_id FROM calls WHERE state = 'dialling' AND node_id = $1 AND called_off_at IS NOT NULL`,
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

type TakenRow = CallRow & { priority: number; called_off_at: number | null }

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

  async claim(lines: number, allFree = false): Promise<Call[]> {
    if (lines <= 0) return []
    return (await this.#take(claimStatement, [lines, allFree])).map(callOf)
  }

  async putBack(returned: readonly { readonly call: Call; readonly notBefore: number }[]): Promise<Call[]> {
    const ids = returned.map(({ call }) => call.callId)
    const dueAt = returned.map(({ notBefore }) => Math.round(notBefore))
    const rows = await this.#database.hot<{ call_id: string }>(putBackStatement, [this.#nodeId, ids, dueAt])
    // Only those: what is neither was put back before, and the answer got lost, or another node took it for orphaned.
    const calledOff = new Set(rows.map((row) => row.call_id))
    for (const callId of ids) if (!calledOff.has(callId)) this.#held.delete(callId)
    return returned.flatMap(({ call }) => (calledOff.has(call.callId) ? [call] : []))
  }

  /** Calls on the line of this node that were called off; some may have ended, with their record under way. */
  async calledOffHere(): Promise<string[]> {
    const rows = await this.#database.hot<{ call_id: string }>(calledOffStatement, [this.#nodeId])
    return rows.map((row) => row.call_id)
  }

  /** A call that waited in the queue and is this node's now, without having been claimed. */
  hold(callId: string): void {
    this.#held.add(callId)
  }

  async expire(product: Product, acceptedBefore: number): Promise<Call[]> {
    return (await this.#take(expireStatement, [product, acceptedBefore])).map(callOf)
  }

  /**
   * Calls that were being dialled by a node that died, and calls that the database handed to this node but that never arrived:
   * their phones may have rung. They belong to this node from now on and must be finished as failed, never dialled.
   * At most 500; the rest with the next call.
   */
  async orphans(): Promise<{ call: Call; isCalledOff: boolean }[]> {
    const ofOthers = this.#mayJudgeOthers() ? await this.#take(orphansStatement, [deadAfterSeconds]) : []
    const lostBefore = this.#clock.now() - lostAfterMs
    const lost = await this.#database.hot<TakenRow>(lostStatement, [this.#nodeId, lostBefore, [...this.#held]])
    return [...ofOthers, ...this.#hold(lost)].map((row) => ({
      call: callOf(row),
      isCalledOff: row.called_off_at !== null,
    }))
  }

  /** A call has its record. */
  release(callId: string): void {
    this.#held.delete(callId)
  }

  async #take(statement: Statement, values: readonly unknown[]): Promise<TakenRow[]> {
    const rows = await this.#database.hot<TakenRow>(statement, [this.#nodeId, this.#clock.now(), ...values])
    return this.#hold(rows)
  }

  #hold(rows: TakenRow[]): TakenRow[] {
    // RETURNING gives rows in the order they were updated, not in the order they were chosen.
    rows.sort((a, b) => a.priority - b.priority || a.accepted_at - b.accepted_at || (a.call_id < b.call_id ? -1 : 1))
    for (const row of rows) this.#held.add(row.call_id)
    return rows
  }
}
