import { accountStates } from '../../domain/account/account.ts'
import { judge, wishFor } from '../../domain/policy/judge.ts'
import { GatewayError } from '../../operations/gateway-errors.ts'
import type { Caller, Operation } from '../../operations/operation.ts'
import type { Directory } from '../../operations/ports.ts'
import { Refusal } from '../../operations/refusals.ts'

/**
 * Judges whether the caller may run the operation at all: the policies of a user, then the state of the account. The
 * account's own key may do everything. What only stops calls is judged with the other rules of a call.
 *
 * A user without permission gets `isp.RAM_PERMISSION_DENY` from the operations of Dyvmsapi, whose error list has it
 * and whose clients look for it in the body; from Dybaseapi, which has no list of its own, the gateway's `Forbidden.RAM`.
 *
 * @throws {Refusal | GatewayError}
 */
export async function authorize(
  operation: Pick<Operation, 'name' | 'product'>,
  { account, userName }: Caller,
  directory: Directory,
): Promise<void> {
  if (userName !== undefined) {
    const user = await directory.user(account.accountId, userName)
    const judgement = judge(user?.statements ?? [], wishFor(operation.name, account.accountId))
    if (judgement !== 'allowed') {
      throw operation.product === 'dyvmsapi' ? new Refusal('userNotAllowed') : new GatewayError('Forbidden.RAM')
    }
  }
  const { stops, refusal } = accountStates[account.state]
  if (stops === 'everything') throw new Refusal(refusal)
}
