import { FakeClock } from '../../../fakes/fake-clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { Cleaner } from '../../../src/store/cleaner.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { usualTraceDays } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId } from './samples.ts'

/** A node with the test account, whose VoiceReports go where the subscription says. */
export async function openSubscribedStore(
  nodes: TestNodes,
  subscription: { queue: boolean; pushUrl?: string },
): Promise<Store> {
  const store = await nodes.open()
  await store.accounts.create({ accountId, name: 'Test' })
  await store.accounts.subscriptions.set(accountId, 'VoiceReport', subscription)
  return store
}

/** One round of the cleaner, as it would be after `ms` milliseconds. */
export async function cleanLater(nodes: TestNodes, ms: number): Promise<void> {
  const database = openDatabase(nodes.url, silentLog)
  const cleaner = new Cleaner({
    database,
    traceDays: usualTraceDays,
    clock: new FakeClock(nodes.clock.now() + ms),
    log: silentLog,
  })
  await cleaner.clean()
  await cleaner.close()
  await database.close()
}
