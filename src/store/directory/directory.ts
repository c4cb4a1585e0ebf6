import type { AccessKey, Account } from '../../domain/account/account.ts'
import type { User } from '../../domain/account/user.ts'
import type { Product } from '../../domain/call/call.ts'
import type { Template } from '../../domain/template/template.ts'
import type { Voice } from '../../domain/template/voice.ts'
import type { Directory } from '../../operations/ports.ts'
import type { Database } from '../database.ts'
import type { Seal } from '../secrets/seal.ts'
import { Memory } from './memory.ts'
import { readPriceE4 } from './read-price.ts'
import { readUser } from './read-user.ts'

/** Entries remembered per kind: above that, the least asked-for are read again. */
const capacity = 20_000

/** The purpose under which the secret of an access key is sealed. */
export function accessKeyPurpose(accessKeyId: string): string {
  return `access key ${accessKeyId}`
}

/**
 * What accounts own, answered from memory. Changes are rare and reads are hot, so any change anywhere forgets everything:
 * the one rule that cannot be forgotten for a new table.
 */
export class RememberingDirectory implements Directory {
  readonly #tables: Database['tables']
  readonly #seal: Seal
  readonly #isBarred: (key: AccessKey) => boolean
  readonly #accounts: Memory<Account | undefined>
  readonly #keys: Memory<AccessKey | undefined>
  readonly #users: Memory<User | undefined>
  readonly #prices: Memory<number>
  readonly #numbers: Memory<boolean>
  readonly #templates: Memory<Template | undefined>
  readonly #voices: Memory<Voice | undefined>
  readonly #words: Memory<readonly string[]>
  readonly #forgetters: (() => void)[] = []

  /**
   * @param isHearing whether every change is heard of at present
   * @param isBarred whether a key stays disabled on this node, whatever the table says
   */
  constructor(database: Database, seal: Seal, isHearing: () => boolean, isBarred: (key: AccessKey) => boolean) {
    this.#isBarred = isBarred
    this.#tables = database.tables
    this.#seal = seal
    const memory = <Value>(): Memory<Value> => {
      const made = new Memory<Value>(capacity, isHearing)
      this.#forgetters.push(() => made.forget())
      return made
    }
    this.#accounts = memory()
    this.#keys = memory()
    this.#users = memory()
    this.#prices = memory()
    this.#numbers = memory()
    this.#templates = memory()
    this.#voices = memory()
    this.#words = memory()
  }

  /** Something changed: everything is read anew. */
  forget(): void {
    for (const forget of this.#forgetters) forget()
  }

  account(accountId: string): Promise<Account | undefined> {
    return this.#accounts.get(accountId, async () => {
      const row = await this.#tables
        .selectFrom('accounts')
        .select(['account_id', 'name', 'state'])
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      return row && { accountId: row.account_id, name: row.name, state: row.state }
    })
  }

  accessKey(accessKeyId: string): Promise<AccessKey | undefined> {
    return this.#keys.get(accessKeyId, async () => {
      const row = await this.#tables
        .selectFrom('access_keys')
        .select(['access_key_id', 'account_id', 'user_name', 'sealed_secret', 'enabled'])
        .where('access_key_id', '=', accessKeyId)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const secret = this.#seal.open(row.sealed_secret, accessKeyPurpose(accessKeyId))
      const ofUser = row.user_name === null ? {} : { userName: row.user_name }
      const key = { accessKeyId, accountId: row.account_id, ...ofUser, secret, enabled: row.enabled }
      return { ...key, enabled: key.enabled && !this.#isBarred(key) }
    })
  }

  user(accountId: string, userName: string): Promise<User | undefined> {
    return this.#users.get(`${accountId} ${userName}`, () => readUser(this.#tables, accountId, userName))
  }

  pricePerMinuteE4(accountId: string, product: Product): Promise<number> {
    return this.#prices.get(`${accountId} ${product}`, () => readPriceE4(this.#tables, accountId, product))
  }

  ownsNumber(accountId: string, number: string): Promise<boolean> {
    return this.#numbers.get(`${accountId} ${number}`, async () => {
      const row = await this.#tables
        .selectFrom('numbers')
        .select('number')
        .where('account_id', '=', accountId)
        .where('number', '=', number)
        .executeTakeFirst()
      return row !== undefined
    })
  }

  template(accountId: string, code: string): Promise<Template | undefined> {
    return this.#templates.get(`${accountId} ${code}`, async () => {
      const row = await this.#tables
        .selectFrom('templates')
        .select(['kind', 'text', 'review'])
        .where('account_id', '=', accountId)
        .where('code', '=', code)
        .executeTakeFirst()
      return row && { code, accountId, kind: row.kind, text: row.text, review: row.review }
    })
  }

  voice(accountId: string, code: string): Promise<Voice | undefined> {
    return this.#voices.get(`${accountId} ${code}`, async () => {
      const row = await this.#tables
        .selectFrom('voices')
        .select('review')
        .where('account_id', '=', accountId)
        .where('code', '=', code)
        .executeTakeFirst()
      return row && { code, accountId, review: row.review }
    })
  }

  blacklist(): Promise<readonly string[]> {
    return this.#words.get('', async () => {
      const rows = await this.#tables.selectFrom('blacklist_words').select('word').orderBy('word').execute()
      return rows.map((row) => row.word)
    })
  }
}
