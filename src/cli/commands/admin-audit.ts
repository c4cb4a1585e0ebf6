import type { Command } from 'commander'
import { chinaTime } from '../../lib/china-time.ts'
import { manage } from '../management.ts'
import { tableOr } from '../output.ts'
import { pageOf, rowLimitOption } from '../row-limit.ts'

/** `yuyin admin audit`: who changed what. */
export function auditCommand(): Command {
  return manage(
    'audit',
    'who changed what, newest first',
    async ({ store, output }, _args, options) => {
      const { actor, target } = options
      const filter = {
        ...(typeof actor === 'string' ? { actor } : {}),
        ...(typeof target === 'string' ? { target } : {}),
      }
      output.result(await store.administration.access.audit.list(filter, pageOf(options)), (rows) =>
        tableOr(
          'Nothing was changed.',
          ['when', 'who', 'what', 'target', 'from', 'outcome'],
          rows.map((one) => [chinaTime(one.at), one.actor, one.action, one.target, one.address, one.outcome]),
        ),
      )
    },
    'service',
  )
    .addOption(rowLimitOption(1_000))
    .option('--actor <who>', 'person:<name>, key:<id> or cli:<user>')
    .option('--target <path>', 'the path below /admin, or the beginning of one')
}
