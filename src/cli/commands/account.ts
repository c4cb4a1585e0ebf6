import type { Command } from 'commander'
import { type AccountState, accountStates, readAccountState } from '../../domain/account/account.ts'
import { group, type Management, manage } from '../management.ts'
import { CommandError, tableOr } from '../output.ts'

const states = Object.keys(accountStates)

/** `yuyin account …`: who may use the service. */
export function accountCommand(): Command {
  return group('account', 'accounts: who may use the service', [
    manage(
      'create <name>',
      'make an account',
      async ({ admin, output }, [name = '']) => {
        const account = await admin.create({ name })
        await admin.subscriptions.set(account.accountId, 'VoiceReport', { queue: true })
        output.result(
          account,
          () => `Account ${account.accountId}. Next: yuyin key create --account ${account.accountId}`,
        )
      },
      'service',
    ),
    manage(
      'list',
      'all accounts',
      async ({ admin, output }) => {
        output.result(await admin.list(), (accounts) =>
          tableOr(
            "There is no account. 'yuyin account create <name>' makes one.",
            ['account', 'name', 'state'],
            accounts.map((one) => [one.accountId, one.name, one.state]),
          ),
        )
      },
      'service',
    ),
    manage(
      'state <id> <state>',
      `set the state of an account: ${states.join(', ')}`,
      (context, [id = '', text = '']) => {
        const state = readAccountState(text)
        if (state === undefined) throw new CommandError(`'${text}' is no state. There are: ${states.join(', ')}.`)
        return setState(context, id, state)
      },
      'service',
    ),
    manage(
      'enable <id>',
      'let an account in again: state normal',
      (context, [id = '']) => setState(context, id, 'normal'),
      'service',
    ),
    manage(
      'disable <id>',
      'refuse the calls of an account: state outOfService',
      (context, [id = '']) => setState(context, id, 'outOfService'),
      'service',
    ),
    manage(
      'delete <id>',
      'answer as if the account did not exist; its records stay',
      (context, [id = '']) => setState(context, id, 'deleted'),
      'service',
    ),
  ])
}

async function setState({ admin, output }: Management, accountId: string, state: AccountState): Promise<void> {
  await admin.setState(accountId, state)
  output.result({ accountId, state }, () => `Account ${accountId} is ${state}: ${accountStates[state].meaning}.`)
}
