import type { AccessKey } from '../../domain/account/account.ts'
import { accessKeyPurpose } from '../directory/directory.ts'
import { randomLetters } from '../secrets/random-letters.ts'
import type { AdminContext } from './admin-context.ts'
import { demand, demandChanged, orRefuse } from './admin-refused.ts'

/** Permanent key pairs. @throws {AdminRefused} from every method that changes something */
export interface AccessKeys {
  /** The secret is shown here and never again. @param wanted.pair instead of a new random pair */
  create(accountId: string, wanted?: { pair: { accessKeyId: string; secret: string } }): Promise<AccessKey>
  /** Without secrets. */
  list(accountId: string): Promise<Omit<AccessKey, 'secret'>[]>
  setEnabled(accessKeyId: string, enabled: boolean): Promise<void>
  remove(accessKeyId: string): Promise<void>
}

export function createAccessKeys({ tables, clock, seal, changed }: AdminContext): AccessKeys {
  return {
    async create(accountId, wanted) {
      const { accessKeyId, secret } = wanted?.pair ?? {
        accessKeyId: `YY${randomLetters(22)}`,
        secret: randomLetters(30),
      }
      demand(/^[A-Za-z0-9]{1,128}$/.test(accessKeyId), 'An AccessKeyId has 1 to 128 letters and digits.')
      demand(/^[\x21-\x7e]{1,128}$/.test(secret), 'A secret has 1 to 128 printable characters without spaces.')
      const row = {
        access_key_id: accessKeyId,
        account_id: accountId,
        sealed_secret: seal.seal(secret, accessKeyPurpose(accessKeyId)),
        enabled: true,
        created_at: clock.now(),
      }
      await orRefuse(tables.insertInto('access_keys').values(row).execute(), accountId, `AccessKey ${accessKeyId}`)
      changed()
      return { accessKeyId, accountId, secret, enabled: true }
    },

    async list(accountId) {
      const rows = await tables
        .selectFrom('access_keys')
        .select(['access_key_id', 'enabled'])
        .where('account_id', '=', accountId)
        .orderBy('created_at')
        .execute()
      return rows.map((row) => ({ accessKeyId: row.access_key_id, accountId, enabled: row.enabled }))
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
