import type { Command } from 'commander'
import { group, manage } from '../management.ts'
import { tableOr } from '../output.ts'

/** `yuyin user …`: people and programs who work under an account. */
export function userCommand(): Command {
  return group('user', 'users: who works under an account, with keys of their own', [
    manage('create <name>', 'make a user; he may do nothing yet', async ({ admin, output, accountId }, [name = '']) => {
      const account = await accountId()
      await admin.users.create(account, name)
      output.result(
        { accountId: account, userName: name },
        () => `User ${name}. Next: yuyin user attach ${name} AliyunDyvmsFullAccess, yuyin key create --user ${name}`,
      )
    }),
    manage('list', 'the users of an account', async ({ admin, output, accountId }) => {
      output.result(await admin.users.list(await accountId()), (users) =>
        tableOr(
          "There is no user. 'yuyin user create <name>' makes one.",
          ['user', 'policies', 'keys'],
          users.map((one) => [one.userName, one.policies.join(', ') || 'none', String(one.keys)]),
        ),
      )
    }),
    manage('attach <user> <policy>', 'let a policy hold for a user', async (context, [name = '', policy = '']) => {
      await context.admin.users.attach(await context.accountId(), name, policy)
      context.output.result(
        { userName: name, policyName: policy, attached: true },
        () => `Policy ${policy} holds for user ${name}.`,
      )
    }),
    manage('detach <user> <policy>', 'take a policy off a user', async (context, [name = '', policy = '']) => {
      await context.admin.users.detach(await context.accountId(), name, policy)
      context.output.result(
        { userName: name, policyName: policy, attached: false },
        () => `Policy ${policy} does not hold for user ${name} any more.`,
      )
    }),
    manage('remove <name>', 'remove a user and his keys', async ({ admin, output, accountId }, [name = '']) => {
      await admin.users.remove(await accountId(), name)
      output.result({ userName: name, removed: true }, () => `User ${name} and his keys are gone.`)
    }),
  ])
}
