import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { accountId, receiptFor, recordFor } from './store-contract/samples.ts'

const busyNode = fileURLToPath(new URL('./store-contract/busy-node.ts', import.meta.url))

describe('a node that is killed while it accepts and finishes calls', () => {
  let dataDir: string
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'yuyin-kill-'))
  })
  afterEach(() => rm(dataDir, { recursive: true }))

  const open = (): Promise<Store> =>
    openStore({ databaseUrl: undefined, dataDir, clock: systemClock, log: silentLog, profile: 'dev' })

  it('has lost nothing when it is started again at once: one record and one receipt for every call', async () => {
    const first = await open()
    await first.accounts.create({ accountId, name: 'Test' })
    await first.accounts.subscriptions.set(accountId, 'VoiceReport', { queue: true })
    await first.close()

    // Each node starts on what the one before left, the last one included.
    const rounds = [await runUntilKilled(dataDir, 'a', 500), await runUntilKilled(dataDir, 'b', 2_000)]
    const accepted = rounds.flatMap((round) => round.accepted)
    const finished = rounds.flatMap((round) => round.finished)

    const store = await open()
    const database = new pg.Client(store.url)
    await database.connect()
    const idsIn = async (table: 'calls' | 'call_records') =>
      new Set(
        (await database.query<{ call_id: string }>(`SELECT call_id FROM ${table}`)).rows.map((row) => row.call_id),
      )
    const calls = await idsIn('calls')
    expect(accepted.filter((callId) => !calls.has(callId))).toEqual([])
    const records = await idsIn('call_records')
    expect(finished.filter((callId) => !records.has(callId))).toEqual([])

    // Calls that may have rung are closed without being dialled again; the others are dialled as if nothing had happened.
    const orphans = (await store.calls.orphans()).map(({ call }) => call)
    for (const call of orphans) expect(records.has(call.callId)).toBe(false)
    const queued = await store.calls.claim(1_000_000)
    expect(orphans.length + queued.length + records.size).toBe(calls.size)
    const unfinished = [...orphans, ...queued]
    await Promise.all(unfinished.map((call) => store.outbox.finish(recordFor(call), [receiptFor(call)])))

    expect(await idsIn('call_records')).toEqual(calls)
    const receipts = await database.query<{ body: string }>('SELECT body FROM queue_messages')
    expect(receipts.rows.map((row) => JSON.parse(row.body).call_id).sort()).toEqual([...calls].sort())
    await database.end()
    await store.close()
  })
})

/** Runs a node until it has accepted so many calls, and kills it in the middle of its work. */
async function runUntilKilled(
  dataDir: string,
  idPrefix: string,
  accepts: number,
): Promise<{ accepted: string[]; finished: string[] }> {
  const child = fork(busyNode, [dataDir, idPrefix], { execArgv: ['--import', 'tsx'] })
  const promised = { accepted: [] as string[], finished: [] as string[] }
  child.on('message', (message: { accepted?: string; finished?: string }) => {
    if (message.accepted !== undefined) promised.accepted.push(message.accepted)
    if (message.finished !== undefined) promised.finished.push(message.finished)
    if (promised.accepted.length === accepts) child.kill('SIGKILL')
  })
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
  return promised
}
