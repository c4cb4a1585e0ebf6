import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { isDatabaseAway } from '../../src/store/away.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { accountId, newCall, newGuard, receiptFor, recordFor } from './store-contract/samples.ts'

describe('a node whose database server is killed', () => {
  let dataDir: string
  let store: Store
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'yuyin-outlives-'))
    store = await openStore({ databaseUrl: undefined, dataDir, clock: systemClock, log: silentLog, profile: 'dev' })
  })
  afterEach(async () => {
    await store.close()
    await rm(dataDir, { recursive: true })
  })

  it('goes on when the server is back, and has lost nothing', async () => {
    await store.accounts.create({ accountId, name: 'Before' })
    await store.accounts.subscriptions.set(accountId, 'VoiceReport', { queue: true })
    const dialled = newCall({ acceptedAt: 1 })
    const queued = newCall({ acceptedAt: 2 })
    for (const call of [dialled, queued]) await store.calls.accept(call, newGuard())
    expect(await store.calls.claim(1)).toEqual([dialled])
    expect(await store.directory.account(accountId)).toMatchObject({ name: 'Before' })

    const pidFile = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')
    process.kill(Number(pidFile.split('\n')[0]), 'SIGKILL')
    const meanwhile = Array.from({ length: 20 }, () => newCall({ product: 'notification' }))
    const answers = await Promise.allSettled(meanwhile.map((call) => store.calls.accept(call, newGuard())))

    // Not by `health` alone: for a moment a connection to the dead server still answers.
    const find = (callId: string) =>
      vi.waitFor(() => store.records.find(accountId, callId), { timeout: 30_000, interval: 100 })
    for (const [index, answer] of answers.entries()) {
      // One that failed may be on disk or not; one that was promised must be.
      const found = await find(meanwhile[index]?.callId ?? '')
      if (answer.status === 'fulfilled') expect(found?.call).toEqual(meanwhile[index])
    }
    await vi.waitFor(() => store.health(), { timeout: 30_000, interval: 100 })
    expect(await store.calls.accept(newCall({ acceptedAt: 3 }), newGuard())).toEqual({ accepted: true })
    expect(await store.calls.claim(1)).toEqual([queued])
    await store.outbox.finish(recordFor(dialled), [receiptFor(dialled)])
    expect((await store.records.find(accountId, dialled.callId))?.record).toEqual(recordFor(dialled))
    expect(await store.queues.receive('Alicom-Queue-1000000001-VoiceReport', 16, 30)).toHaveLength(1)
    await store.accounts.setState(accountId, 'abnormal')
    expect(await store.directory.account(accountId)).toMatchObject({ state: 'abnormal' })
  })
})

it('a node whose connections end in the middle of a transaction refuses that one and goes on', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'yuyin-outlives-'))
  const store = await openStore({ databaseUrl: undefined, dataDir, clock: systemClock, log: silentLog, profile: 'dev' })
  const administrator = new pg.Client({ connectionString: store.url })
  try {
    await administrator.connect()
    const interrupted = store.administration.exclusively('a subject', () =>
      administrator.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE state LIKE $1', [
        'idle in %',
      ]),
    )
    await expect(interrupted).rejects.toSatisfy(isDatabaseAway)
    expect(await store.administration.exclusively('a subject', async () => 'done')).toBe('done')
  } finally {
    await administrator.end()
    await store.close()
    await rm(dataDir, { recursive: true })
  }
})
