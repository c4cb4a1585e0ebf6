import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { systemClock } from '../lib/clock.ts'
import type { Management } from './management.ts'

/** Writes a change of the command line into the audit log, in the words of the API: before, and how it ended. */
export async function audited<Result>(
  { store }: Management,
  action: string,
  target: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { audit } = store.administration.access
  const id = await audit.begin({
    ...{ at: systemClock.now(), actor: `cli:${userInfo().username}`, action, target },
    ...{ address: 'local', requestId: randomUUID().toUpperCase() },
  })
  let outcome = 'failed'
  try {
    const result = await work()
    outcome = 'done'
    return result
  } finally {
    await audit.end(id, outcome)
  }
}
