import { randomBytes } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { QueueToken } from '../../domain/account/account.ts'
import type { QueueTokens } from '../../operations/ports.ts'
import type { QueueCredentials } from '../../receipts/ports.ts'
import type { Database } from '../database.ts'
import { Memory } from '../directory/memory.ts'
import type { Schema } from '../schema.ts'
import { randomLetters } from '../secrets/random-letters.ts'
import type { Seal } from '../secrets/seal.ts'

/** How long a token is good: clients are written for ten minutes or more. */
export const tokenLifeMs = 60 * 60_000

/** Tokens remembered; they never change. */
const capacity = 10_000

/** Serialises the making of tokens per account, across nodes: first half of the advisory lock, "toke". */
const lockKey = 0x746f_6b65

/** Temporary credentials for receipt queues: made for QueryTokenForMnsQueue, read by the queue protocol. */
export class StoredQueueTokens implements QueueTokens, Pick<QueueCredentials, 'token'> {
  readonly #tables: Database['tables']
  readonly #seal: Seal
  readonly #byKey = new Memory<QueueToken | undefined>(capacity, () => true)
  readonly #current = new Map<string, QueueToken>()

  constructor(database: Database, seal: Seal) {
    this.#tables = database.tables
    this.#seal = seal
  }

  async current(accountId: string, now: number): Promise<QueueToken> {
    const known = this.#current.get(accountId)
    if (known !== undefined && isFresh(known, now)) return known
    const token = await this.#findOrCreate(accountId, now)
    this.#current.set(accountId, token)
    return token
  }

  async token(accessKeyId: string): Promise<QueueToken | undefined> {
    const token = await this.#byKey.get(accessKeyId, () => this.#read(accessKeyId))
    // Another node may make the token in the next moment, so absence is not remembered.
    if (token === undefined) this.#byKey.forgetOne(accessKeyId)
    return token
  }

  async #read(accessKeyId: string): Promise<QueueToken | undefined> {
    const row = await this.#tables
      .selectFrom('queue_tokens')
      .selectAll()
      .where('access_key_id', '=', accessKeyId)
      .executeTakeFirst()
    return row && this.#tokenOf(row)
  }

  #findOrCreate(accountId: string, now: number): Promise<QueueToken> {
    return this.#tables.transaction().execute(async (tables) => {
      await sql`SELECT pg_advisory_xact_lock(${lockKey}, hashtext(${accountId}))`.execute(tables)
      const row = await tables
        .selectFrom('queue_tokens')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('expires_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      const found = row && this.#tokenOf(row)
      if (found !== undefined && isFresh(found, now)) return found
      const token = newToken(accountId, now)
      const { accessKeyId } = token
      await tables
        .insertInto('queue_tokens')
        .values({
          access_key_id: accessKeyId,
          account_id: accountId,
          sealed_secret: this.#seal.seal(token.accessKeySecret, `token secret ${accessKeyId}`),
          sealed_security_token: this.#seal.seal(token.securityToken, `security token ${accessKeyId}`),
          created_at: token.createdAt,
          expires_at: token.expiresAt,
        })
        .execute()
      return token
    })
  }

  #tokenOf(row: Selectable<Schema['queue_tokens']>): QueueToken {
    return {
      accountId: row.account_id,
      accessKeyId: row.access_key_id,
      accessKeySecret: this.#seal.open(row.sealed_secret, `token secret ${row.access_key_id}`),
      securityToken: this.#seal.open(row.sealed_security_token, `security token ${row.access_key_id}`),
      createdAt: row.created_at,
      expiresAt: row.expires_at,
    }
  }
}

/** More than a third of its life is left: whoever gets it now can work with it for a while. */
function isFresh(token: QueueToken, now: number): boolean {
  return token.expiresAt - now > (token.expiresAt - token.createdAt) / 3
}

function newToken(accountId: string, now: number): QueueToken {
  return {
    accountId,
    accessKeyId: `STS.${randomLetters(24)}`,
    accessKeySecret: randomLetters(44),
    securityToken: randomBytes(96).toString('base64'),
    createdAt: now,
    expiresAt: now + tokenLifeMs,
  }
}
