import { type RawBuilder, sql } from 'kysely'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { Rounds } from '../lib/rounds.ts'
import { nonceLifeMs } from './calls/accept-statement.ts'
import { spanMs } from './calls/callee-frequency.ts'
import type { Database } from './database.ts'

const roundMs = 60_000

/** Pushed receipts and the log of their attempts can be looked at and pushed again for a week. */
export const pushLogLifeMs = 7 * 86_400_000

/** Tokens stay readable for a while after their end: "expired" is a better answer than "unknown". */
const expiredTokenLifeMs = 86_400_000

/** Rows that one statement removes at most: short locks, short transactions. */
const portion = 5_000

/** What is removed, by the age of its rows. Old pushes have low ids: only the front of their tables is looked at. */
function sweeps(now: number, traceDays: number): Record<string, RawBuilder<unknown>> {
  return {
    nonces: sql`DELETE FROM used_nonces WHERE (access_key_id, nonce) IN (SELECT access_key_id, nonce FROM used_nonces
      WHERE used_at < ${now - nonceLifeMs} ORDER BY used_at LIMIT ${portion} FOR UPDATE SKIP LOCKED)`,
    windows: sql`DELETE FROM callee_windows WHERE (account_id, product, called_number) IN (
      SELECT account_id, product, called_number FROM callee_windows
      WHERE coalesce(recent[1], 0) < ${now - spanMs.perDay} LIMIT ${portion} FOR UPDATE SKIP LOCKED)`,
    messages: sql`DELETE FROM queue_messages WHERE id IN (SELECT id FROM queue_messages
      WHERE expires_at <= ${now} ORDER BY expires_at LIMIT ${portion} FOR UPDATE SKIP LOCKED)`,
    pushes: sql`DELETE FROM push_outbox WHERE id IN (SELECT id FROM push_outbox
      WHERE id IN (SELECT id FROM push_outbox ORDER BY id LIMIT ${portion})
      AND due_at IS NULL AND created_at < ${now - pushLogLifeMs} FOR UPDATE SKIP LOCKED)`,
    pushAttempts: sql`DELETE FROM push_attempts WHERE id IN (SELECT id FROM push_attempts
      WHERE id IN (SELECT id FROM push_attempts ORDER BY id LIMIT ${portion})
      AND made_at < ${now - pushLogLifeMs} FOR UPDATE SKIP LOCKED)`,
    traces: sql`DELETE FROM call_traces WHERE id IN (SELECT id FROM call_traces
      WHERE id IN (SELECT id FROM call_traces ORDER BY id LIMIT ${portion})
      AND written_at < ${now - traceDays * 86_400_000} FOR UPDATE SKIP LOCKED)`,
    tokens: sql`DELETE FROM queue_tokens WHERE expires_at < ${now - expiredTokenLifeMs}`,
    nodes: sql`DELETE FROM nodes WHERE heartbeat_at < clock_timestamp() - interval '1 day'`,
  }
}

export interface CleanerOptions {
  readonly database: Database
  /** How long traces of calls are kept. */
  readonly traceDays: number
  readonly clock: Clock
  readonly log: Log
}

/** Removes what nobody will ask for again, once a minute, in portions. Any number of nodes may clean at once. */
export class Cleaner {
  readonly #options: CleanerOptions
  readonly #rounds: Rounds
  #isClosed = false

  constructor(options: CleanerOptions) {
    const { clock, log } = options
    this.#options = options
    this.#rounds = new Rounds({
      everyMs: roundMs,
      clock,
      work: () => this.clean(),
      failed: (error) => log.warn({ error: String(error) }, 'cleaning failed, will be tried again'),
    })
  }

  start(): void {
    this.#rounds.start()
  }

  /** One round. @throws database errors */
  async clean(): Promise<void> {
    const { database, traceDays, clock, log } = this.#options
    for (const [what, sweep] of Object.entries(sweeps(clock.now(), traceDays))) {
      for (let removed = portion; removed === portion && !this.#isClosed; ) {
        const result = await sweep.execute(database.tables)
        removed = Number(result.numAffectedRows ?? 0n)
        if (removed > 0) log.debug({ what, removed }, 'removed what was out of date')
      }
    }
  }

  close(): Promise<void> {
    this.#isClosed = true
    return this.#rounds.close()
  }
}
