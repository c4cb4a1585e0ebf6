import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { asAdminError } from '../../admin/errors.ts'
import { systemClock } from '../../lib/clock.ts'
import type { Store } from '../../store/store.ts'

/**
 * Does work of the command line with a row in the audit log, in the words of the API: there before it begins, and
 * completed by how it ended.
 *
 * @param action name of the route of `/admin` that does the same
 * @param target the path below `/admin`
 */
export async function audited(
  { administration }: Pick<Store, 'administration'>,
  { action, target }: { readonly action: string; readonly target: string },
  work: () => Promise<void>,
): Promise<void> {
  const { audit } = administration.access
  const id = await audit.begin({
    ...{ at: systemClock.now(), actor: `cli:${userInfo().username}`, action, target },
    ...{ address: 'local', requestId: randomUUID().toUpperCase() },
  })
  let outcome = 'failed'
  try {
    await work()
    outcome = 'done'
  } catch (error) {
    outcome = asAdminError(error)?.code ?? outcome
    throw error
  } finally {
    await audit.end(id, outcome)
  }
}
