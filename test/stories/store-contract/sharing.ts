import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId } from './samples.ts'

export function sharingContract(nodes: TestNodes): void {
  describe('the directory', () => {
    it('follows changes made on another node, absence included', async () => {
      const [one, other] = [await nodes.open(), await nodes.open()]
      expect(await other.directory.account(accountId)).toBeUndefined()
      let changes = 0
      other.onDirectoryChange(() => {
        changes++
      })
      await one.accounts.create({ accountId, name: 'Test' })
      await vi.waitFor(async () => expect(await other.directory.account(accountId)).toMatchObject({ state: 'normal' }))
      expect(changes).toBeGreaterThan(0)
      await one.accounts.setState(accountId, 'outOfService')
      expect(await one.directory.account(accountId)).toMatchObject({ state: 'outOfService' })
      await vi.waitFor(async () =>
        expect(await other.directory.account(accountId)).toMatchObject({ state: 'outOfService' }),
      )
    })

    it('answers from memory, and reads anew after its connection broke', async () => {
      const earlier = await nodes.open()
      await earlier.accounts.create({ accountId, name: 'Test' })
      const store = await nodes.open()
      await store.directory.account(accountId)
      await nodes.sql('ALTER TABLE accounts DISABLE TRIGGER tell_change')
      await nodes.sql(`UPDATE accounts SET name = 'Changed unheard'`)
      expect(await store.directory.account(accountId)).toMatchObject({ name: 'Test' })
      await earlier.close()
      await nodes.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
      await vi.waitFor(async () =>
        expect(await store.directory.account(accountId)).toMatchObject({ name: 'Changed unheard' }),
      )
      await nodes.sql(`UPDATE accounts SET name = 'While deaf'`)
      expect(await store.directory.account(accountId)).toMatchObject({ name: 'While deaf' })
      // Hearing again after the pause before the next try, it remembers again.
      await vi.waitFor(async () => {
        await nodes.clock.advance(500)
        const [listening] = await nodes.sql(`SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
        expect(listening).toBeDefined()
      })
      await nodes.sql('ALTER TABLE accounts ENABLE TRIGGER tell_change')
      await nodes.sql(`UPDATE accounts SET name = 'Heard'`)
      await vi.waitFor(async () => expect(await store.directory.account(accountId)).toMatchObject({ name: 'Heard' }))
    })
  })

  describe('opening', () => {
    it('migrates an empty database once, whoever comes first, and finds it migrated later', async () => {
      const stores = await Promise.all([nodes.open(), nodes.open(), nodes.open()])
      expect(new Set(stores.map((store) => store.nodeId)).size).toBe(3)
      const before = await nodes.sql('SELECT name, checksum, applied_at FROM migrations ORDER BY name')
      expect(before.length).toBeGreaterThan(2)
      await nodes.open()
      expect(await nodes.sql('SELECT name, checksum, applied_at FROM migrations ORDER BY name')).toEqual(before)
    })

    it('is refused when a migration was edited, or is not known', async () => {
      await nodes.open()
      await nodes.sql(`UPDATE migrations SET checksum = 'x' WHERE name LIKE '0001%'`)
      await expect(nodes.open()).rejects.toThrow(/0001-accounts.sql was applied with another text/)
      await nodes.sql(`DELETE FROM migrations`)
      await nodes.sql(`INSERT INTO migrations (name, checksum) VALUES ('9999-later.sql', 'x')`)
      await expect(nodes.open()).rejects.toThrow(/9999-later.sql/)
    })

    it('is refused with another key file, or without the one that sealed the secrets', async () => {
      const store = await nodes.open()
      await store.accounts.create({ accountId, name: 'Test' })
      const keyFile = join(nodes.folder, 'other', 'secret.key')
      await expect(nodes.open({ keyFile })).rejects.toThrow(/is missing.*Put the file back/)
      await makeForeignKey(keyFile)
      await expect(nodes.open({ keyFile })).rejects.toThrow(/Use the key file of the node that first opened/)
    })

    it('says what is wrong when the database cannot be reached, without the password', async () => {
      const databaseUrl = 'postgresql://yuyin:hidden@127.0.0.1:1/none'
      const error = await nodes.open({ databaseUrl }).catch((reason: unknown) => String(reason))
      expect(error).toMatch(/127\.0\.0\.1:1.*YUYIN_DATABASE_URL/)
      expect(error).not.toContain('hidden')
    })

    it('closes without leaving timers or connections behind', async () => {
      const store = await nodes.open()
      await store.health()
      await Promise.all([store.close(), store.close()])
      expect(nodes.clock.pendingTimers).toBe(0)
      await vi.waitFor(async () =>
        expect(
          await nodes.sql(`SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'yuyin'`),
        ).toEqual([{ count: '0' }]),
      )
      await expect(store.health()).rejects.toThrow('after calling end')
    })

    it('as a tool signs in no node', async () => {
      const store = await openStore({
        ...{ databaseUrl: nodes.url, dataDir: nodes.folder, clock: nodes.clock, log: silentLog },
        ...{ profile: 'production', role: 'tool' },
      })
      expect(await nodes.sql('SELECT node_id FROM nodes')).toEqual([])
      await store.close()
    })
  })

  /** Writes the key file of another database. */
  async function makeForeignKey(keyFile: string): Promise<void> {
    await nodes.sql('CREATE TABLE kept AS SELECT * FROM store_facts')
    await nodes.sql('DELETE FROM store_facts')
    const other = await nodes.open({ keyFile })
    await other.close()
    await nodes.sql('DELETE FROM store_facts')
    await nodes.sql('INSERT INTO store_facts SELECT * FROM kept')
  }
}
