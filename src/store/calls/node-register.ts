import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { sql } from 'kysely'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { Rounds } from '../../lib/rounds.ts'
import type { Database } from '../database.ts'
import { Pulse } from './pulse.ts'

const heartbeatMs = 5_000

/** A node that was silent for so long is dead: its calls are closed by others. By the database's clock. */
export const deadAfterSeconds = 30

/** This node in the register of nodes: signs in, says that it lives, signs out. */
export class NodeRegister {
  /** Unique per start: a restarted node is another node. */
  readonly nodeId = `${hostname().slice(0, 40)}-${randomBytes(6).toString('hex')}`
  readonly #database: Database
  readonly #log: Log
  readonly #pulse: Pulse
  readonly #beats: Rounds

  constructor(database: Database, clock: Clock, log: Log) {
    this.#database = database
    this.#log = log
    this.#pulse = new Pulse(clock, { longestGapMs: 3 * heartbeatMs, graceMs: deadAfterSeconds * 1000 })
    this.#beats = new Rounds({
      everyMs: heartbeatMs,
      clock,
      work: () => this.#beat(),
      failed: (error) => log.warn({ error: String(error) }, 'heartbeat failed'),
    })
  }

  /** Whether a node that is silent is dead: not when the database was away, which silences the living as well. */
  get mayJudgeOthers(): boolean {
    return this.#pulse.isSteady
  }

  /** @param isAlone whether no other node can be alive, so that every other one in the register is dead */
  async signIn(isAlone: boolean): Promise<void> {
    if (isAlone) await this.#database.tables.deleteFrom('nodes').execute()
    await this.#beats.begin()
  }

  /** Calls that this node still holds become free for others: at once, or after a while when the database is away. */
  async signOut(): Promise<void> {
    await this.#beats.close()
    try {
      await this.#database.tables.deleteFrom('nodes').where('node_id', '=', this.nodeId).execute()
    } catch (error) {
      this.#log.warn({ error: String(error) }, 'could not sign out; other nodes will notice the silence')
    }
  }

  async #beat(): Promise<void> {
    await this.#database.tables
      .insertInto('nodes')
      .values({ node_id: this.nodeId, host: hostname(), pid: process.pid })
      .onConflict((conflict) => conflict.column('node_id').doUpdateSet({ heartbeat_at: sql`clock_timestamp()` }))
      .execute()
    this.#pulse.beat()
  }
}
