import { AdminError } from '../errors.ts'
import { mayAct, type Principal } from '../roles.ts'
import type { AdminServices, RouteFacts } from '../route.ts'

/**
 * Whether somebody may use a route with these parts of its path. To a key that is bound to one account, the others do
 * not exist.
 *
 * @throws {AdminError} forbidden, outsideScope, notFound
 */
export function permit(
  { role, scope }: Pick<RouteFacts, 'role' | 'scope'>,
  params: Readonly<Record<string, string>>,
  principal: Principal,
): void {
  const bound = principal.accountId
  if (
    bound !== undefined &&
    scope === 'account' &&
    params['accountId'] !== undefined &&
    params['accountId'] !== bound
  ) {
    throw noAccount()
  }
  if (bound !== undefined && scope === 'service') throw new AdminError('outsideScope')
  if (role !== 'open' && !mayAct(principal.role, role)) {
    throw new AdminError('forbidden', { message: `This needs the role ${role}; yours is ${principal.role}.` })
  }
}

/** What belongs to an account needs the account. @throws {AdminError} notFound */
export async function demandAccount(
  path: string,
  params: Readonly<Record<string, string>>,
  { accounts }: AdminServices,
): Promise<void> {
  if (!path.startsWith('/accounts/{accountId}/')) return
  if ((await accounts.find(params['accountId'] ?? '')) === undefined) throw noAccount()
}

function noAccount(): AdminError {
  return new AdminError('notFound', { field: 'accountId', message: 'There is no such account.' })
}
