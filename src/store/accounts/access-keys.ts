import type { AccessKey } from '../../domain/account/account.ts'
import { accessKeyPurpose } from '../directory/directory.ts'
import { randomLetters } from '../secrets/random-letters.ts'
import type { AdminContext } from './admin-context.ts'
import { demand, demandChanged, orRefuse } from './admin-refused.ts'

/** What a new key is to be. */
export interface WantedKey {
  readonly pair?: { readonly accessKeyId: string; readonly secret: string }
  readonly userName?: string
}

/** Permanent key pairs. @throws {AdminRefused} from every method that changes something */
export interface AccessKeys {
  /**
   * The secret is shown here and never again.
   *
   * @param wanted.pair instead of a new random pair
   * @param wanted.userName the user it is for; absent: the account's own key
   */
  create(accountId: string, wanted?: WantedKey): Promise<AccessKey>
  /** Without secrets. */
  list(accountId: string): Promise<Omit<AccessKey, 'secret'>[]>
  setEnabled(accessKeyId: string, enabled: boolean): Promise<void>
  remove(accessKeyId: string): Promise<void>
}

export function createAccessKeys({ tables, clock, seal, changed }: AdminContext): AccessKeys {
  return {
    async create(accountId, { pair, userName } = {}) {
      const { accessKeyId, secret } = pair ?? {
        accessKeyId: `YY${randomLetters(22)}`,
        secret: randomLetters(30),
      }
      demand(/^[A-Za-z0-9]{1,128}$/.test(accessKeyId), 'An AccessKeyId has 1 to 128 letters and digits.')
      demand(/^[\x21-\x7e]{1,128}$/.test(secret), 'A secret has 1 to 128 printable characters without spaces.')
      const row = {
        access_key_id: accessKeyId,
        account_id: accountId,
        user_name: userName ?? null,
        sealed_secret: seal.seal(secret, accessKeyPurpose(accessKeyId)),
        enabled: true,
        created_at: clock.now(),
      }
      await orRefuse(
        tables.insertInto('access_keys').values(row).execute(),
        accountId,
        `AccessKey ${accessKeyId}`,
        userName,
      )
      changed()
      return { accessKeyId, accountId, ...ofUser(userName), secret, enabled: true }
    },

    async list(accountId) {
      const rows = await tables
        .selectFrom('access_keys')
        .select(['access_key_id', 'user_name', 'enabled'])
        .where('account_id', '=', accountId)
        .orderBy('created_at')
        .execute()
      return rows.map((row) => ({
        accessKeyId: row.access_key_id,
        accountId,
        ...ofUser(row.user_name),
        enabled: row.enabled,
      }))
    },

    async setEnabled(accessKeyId, enabled) {
      const query = tables.updateTable('access_keys').set({ enabled }).where('access_key_id', '=', accessKeyId)
      demandChanged((await query.executeTakeFirstOrThrow()).numUpdatedRows, `AccessKey ${accessKeyId}`)
      changed()
    },

    async remove(accessKeyId) {
      const query = tables.deleteFrom('access_keys').where('access_key_id', '=', accessKeyId)
      demandChanged((await query.executeTakeFirstOrThrow()).numDeletedRows, `AccessKey ${accessKeyId}`)
      changed()
    },
  }
}

function ofUser(userName: string | null | undefined): { userName?: string } {
  return userName === null || userName === undefined ? {} : { userName }
}
