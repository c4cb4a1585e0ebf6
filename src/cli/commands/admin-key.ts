import type { Command } from 'commander'
import { issueAdminKey } from '../../admin/access/issue-key.ts'
import { chinaTime } from '../../lib/china-time.ts'
import { systemClock } from '../../lib/clock.ts'
import { group, manage } from '../management.ts'
import { CommandError, tableOr } from '../output.ts'
import { readRole, roleOption } from '../role-option.ts'

const dayMs = 86_400_000

/** `yuyin admin key …`: keys by which programs administer. */
export function adminKeyCommand(): Command {
  const create = manage(
    'create <name>',
    'make an admin key; its text is shown once',
    async (management, [name = ''], options) => {
      const { access } = management.store.administration
      const { days, bind } = options
      if (name.length === 0 || name.length > 100) throw new CommandError('A name has 1 to 100 characters.')
      if (days !== undefined && !/^[1-9]\d{0,4}$/.test(String(days))) {
        throw new CommandError('--days: give a whole number from 1 to 99999.')
      }
      const now = systemClock.now()
      const { key, adminKey } = await issueAdminKey(access.keys, {
        ...{ name, role: readRole(options['role']), createdAt: now },
        ...(typeof bind === 'string' ? { accountId: bind } : {}),
        ...(days === undefined ? {} : { expiresAt: now + Number(days) * dayMs }),
      })
      management.output.result(
        { ...key, adminKey },
        () => `Admin key  ${adminKey}\n\nKeep it now: it is not shown again. It may act as ${key.role}.`,
      )
    },
    'service',
  )
    .addOption(roleOption())
    .option('--bind <account>', 'the only account that it may see and change')
    .option('--days <n>', 'how long it is good; for ever when left out')
  return group('key', 'keys by which programs administer', [
    create,
    manage(
      'list',
      'all admin keys, without their text',
      async ({ store, output }) => {
        output.result(await store.administration.access.keys.list(), (keys) =>
          tableOr(
            "There is no admin key. 'yuyin admin key create <name>' makes one.",
            ['id', 'name', 'role', 'account', 'until'],
            keys.map((one) => [
              ...[one.keyId, one.name, one.role, one.accountId ?? 'all'],
              one.expiresAt === undefined ? 'for ever' : chinaTime(one.expiresAt),
            ]),
          ),
        )
      },
      'service',
    ),
    manage(
      'revoke <id>',
      'refuse an admin key from now on',
      async (management, [id = '']) => {
        const { keys } = management.store.administration.access
        if ((await keys.find(id)) === undefined) {
          throw new CommandError(`There is no admin key ${id} ('yuyin admin key list' shows them).`)
        }
        await keys.revoke(id)
        management.output.result({ keyId: id, revoked: true }, () => `Admin key ${id} is refused from now on.`)
      },
      'service',
    ),
  ])
}
