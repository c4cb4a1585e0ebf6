import type { Command } from 'commander'
import { group, manage } from '../management.ts'
import { tableOr } from '../output.ts'
import { temporaryCredentialCommands } from './temporary-credentials.ts'

/** `yuyin key …`: AccessKeys that sign requests. */
export function keyCommand(): Command {
  return group('key', 'AccessKeys: pairs that sign requests', [
    manage(
      'create',
      'make a key pair; the secret is shown once',
      async ({ admin, output, accountId }, _args, options) => {
        const userName = options['user']
        const wanted = typeof userName === 'string' ? { userName } : {}
        const { accessKeyId, secret } = await admin.keys.create(await accountId(), wanted)
        output.result(
          { accessKeyId, secret, ...wanted },
          () =>
            `AccessKeyId      ${accessKeyId}\nAccessKeySecret  ${secret}\n\nKeep the secret now: it is not shown again.`,
        )
      },
    ).option(
      '--user <name>',
      "for this user, who may do what his policies allow; without it: the account's own, which may do everything",
    ),
    manage('list', 'the keys of an account, without secrets', async ({ admin, output, accountId }) => {
      output.result(await admin.keys.list(await accountId()), (keys) =>
        tableOr(
          "There is no key. 'yuyin key create' makes one.",
          ['AccessKeyId', 'user', 'state'],
          keys.map((key) => [key.accessKeyId, key.userName ?? '', key.enabled ? 'enabled' : 'disabled']),
        ),
      )
    }),
    manage('enable <id>', 'accept a key again', async ({ admin, output }, [id = '']) => {
      await admin.keys.setEnabled(id, true)
      output.result({ accessKeyId: id, enabled: true }, () => `AccessKey ${id} is enabled.`)
    }),
    manage('disable <id>', 'refuse a key', async ({ admin, output }, [id = '']) => {
      await admin.keys.setEnabled(id, false)
      output.result({ accessKeyId: id, enabled: false }, () => `AccessKey ${id} is disabled.`)
    }),
    manage('remove <id>', 'forget a key for good', async ({ admin, output }, [id = '']) => {
      await admin.keys.remove(id)
      output.result({ accessKeyId: id, removed: true }, () => `AccessKey ${id} is gone.`)
    }),
    ...temporaryCredentialCommands(),
  ])
}
