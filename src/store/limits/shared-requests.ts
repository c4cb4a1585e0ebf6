import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { Rounds } from '../../lib/rounds.ts'
import type { SharedLimits } from '../../operations/ports.ts'
import { deadAfterSeconds } from '../calls/node-register.ts'
import type { Database, Statement } from '../database.ts'

/** How often the living nodes are counted. */
const countMs = 2_000

/**
 * One row per limit and nothing but the current second in it, by the database's clock: nodes need not agree on the time.
 * `asked` goes on counting beyond the limit, which tells what was left before. $2: wanted.
 */
const takeStatement: Statement = {
  name: 'take-requests',
  text: `
WITH moment AS (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms)
INSERT INTO request_windows AS kept (name, second, asked) SELECT $1, ms / 1000, $2::bigint FROM moment
ON CONFLICT (name) DO UPDATE SET second = greatest(kept.second, excluded.second),
  asked = CASE WHEN kept.second >= excluded.second THEN kept.asked ELSE 0 END + excluded.asked
RETURNING asked, (SELECT 1000 - ms % 1000 FROM moment) AS remaining_ms`,
}

const countStatement: Statement = {
  name: 'count-nodes',
  text: `SELECT count(*) AS nodes FROM nodes WHERE heartbeat_at > clock_timestamp() - make_interval(secs => $1)`,
}

/** Limits that the nodes of one database hold together. */
export class SharedRequests implements SharedLimits {
  readonly #database: Database
  readonly #counts: Rounds
  #liveNodes = 1

  constructor(database: Database, clock: Clock, log: Log) {
    this.#database = database
    this.#counts = new Rounds({
      everyMs: countMs,
      clock,
      work: () => this.#count(),
      failed: (error) => log.warn({ error: String(error) }, 'the living nodes could not be counted'),
    })
  }

  get liveNodes(): number {
    return this.#liveNodes
  }

  /** Counts the nodes now and every few seconds. @throws when the database does not answer the first time */
  async start(): Promise<void> {
    await this.#counts.begin()
  }

  async take(name: string, wanted: number, limit: number): Promise<{ granted: number; remainingMs: number }> {
    const [row] = await this.#database.hot<{ asked: number; remaining_ms: number }>(takeStatement, [name, wanted])
    if (row === undefined) throw new Error('the database did not count a request')
    const before = row.asked - wanted
    return { granted: Math.min(wanted, Math.max(0, limit - before)), remainingMs: row.remaining_ms }
  }

  close(): Promise<void> {
    return this.#counts.close()
  }

  async #count(): Promise<void> {
    const [row] = await this.#database.hot<{ nodes: number }>(countStatement, [deadAfterSeconds])
    this.#liveNodes = Math.max(1, row?.nodes ?? 1)
  }
}
