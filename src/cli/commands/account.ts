import type { Command } from 'commander'
import { group, manage } from '../management.ts'
import { tableOr } from '../output.ts'

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
            accounts.map((one) => [one.accountId, one.name, one.enabled ? 'enabled' : 'disabled']),
          ),
        )
      },
      'service',
    ),
    manage(
      'enable <id>',
      'let an account in again',
      async ({ admin, output }, [id = '']) => {
        await admin.setEnabled(id, true)
        output.result({ accountId: id, enabled: true }, () => `Account ${id} is enabled.`)
      },
      'service',
    ),
    manage(
      'disable <id>',
      'refuse all requests of an account',
      async ({ admin, output }, [id = '']) => {
        await admin.setEnabled(id, false)
        output.result({ accountId: id, enabled: false }, () => `Account ${id} is disabled.`)
      },
      'service',
    ),
  ])
}
