import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, it } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { MigrationRefused, migrate, readMigrations } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open-store.ts'

it('a migration of a table that a dump reads is put off, with nothing changed, and done when the dump has ended', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'yuyin-upgrade-'))
  const store = await openStore({ databaseUrl: undefined, dataDir, clock: systemClock, log: silentLog, profile: 'dev' })
  const [dump, newer] = [new pg.Client({ connectionString: store.url }), new pg.Client({ connectionString: store.url })]
  const later = { name: '9999-later.sql', text: 'ALTER TABLE call_records ADD COLUMN later text' }
  const upgrade = async (waitMs?: number) => migrate(newer, [...(await readMigrations()), later], silentLog, waitMs)
  try {
    await Promise.all([dump.connect(), newer.connect()])
    await dump.query('BEGIN')
    await dump.query('LOCK TABLE call_records IN ACCESS SHARE MODE')
    await expect(upgrade(50)).rejects.toThrow(MigrationRefused)
    const applied = async () =>
      (await newer.query('SELECT name FROM migrations WHERE name = $1', [later.name])).rowCount
    expect(await applied()).toBe(0)
    await dump.query('COMMIT')
    await upgrade()
    expect(await applied()).toBe(1)
  } finally {
    await Promise.all([dump.end(), newer.end()])
    await store.close()
    await rm(dataDir, { recursive: true })
  }
})
