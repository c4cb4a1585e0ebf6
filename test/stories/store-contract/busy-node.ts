import { systemClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { newCall, newGuard, receiptFor, recordFor } from './samples.ts'

/**
 * A node that accepts, claims and finishes calls as fast as it can until it is killed. It tells its parent of every call
 * whose accept, and of every call whose finish, it was promised. Arguments: data folder, beginning of its call ids.
 */
const [dataDir = '', idPrefix = ''] = process.argv.slice(2)
const store = await openStore({
  databaseUrl: undefined,
  dataDir,
  clock: systemClock,
  log: silentLog,
  profile: 'dev',
})

async function acceptOnAndOn(): Promise<never> {
  for (;;) {
    const { callId, ...call } = newCall()
    const result = await store.calls.accept(
      { ...call, callId: idPrefix + callId },
      newGuard({ nonce: idPrefix + callId }),
    )
    if (result.accepted) process.send?.({ accepted: idPrefix + callId })
  }
}

async function finishOnAndOn(): Promise<never> {
  for (;;) {
    const calls = await store.calls.claim(5)
    if (calls.length === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    await Promise.all(
      calls.map(async (call) => {
        await store.outbox.finish(recordFor(call), [receiptFor(call)])
        process.send?.({ finished: call.callId })
      }),
    )
  }
}

await Promise.all([...Array.from({ length: 64 }, acceptOnAndOn), ...Array.from({ length: 4 }, finishOnAndOn)])
