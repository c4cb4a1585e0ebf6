import type { Command } from 'commander'
import { systemClock } from '../../lib/clock.ts'
import type { PushFilter, PushLog } from '../../receipts/ports.ts'
import { group, type Management, manage } from '../management.ts'
import { CommandError } from '../output.ts'
import { addFilterOptions, filterOf } from '../push/push-filter.ts'
import { attemptTable, receiptStory, receiptTable } from '../push/push-tables.ts'
import { pageOf, rowLimitOption } from '../row-limit.ts'

/** `yuyin push …`: what was pushed where, what was answered, and pushing again. */
export function pushCommand(): Command {
  const log = listing(
    'log',
    'attempts to push receipts, newest first',
    (pushLog, ...asked) => pushLog.attempts(...asked),
    attemptTable,
  )
  const list = listing(
    'list',
    'receipts that were or are to be pushed, newest first',
    (pushLog, ...asked) => pushLog.receipts(...asked),
    receiptTable,
  )
  const replay = manage(
    'replay [receipts...]',
    'push receipts again, delivered ones too, to the URL their subscription has now',
    replayThem,
  )
  return group('push', 'receipts by HTTP POST: the log, and pushing again', [
    addFilterOptions(log, false),
    addFilterOptions(list, true),
    manage('show <receipt>', 'one receipt, its body and every attempt', showOne),
    addFilterOptions(replay, true),
  ])
}

/** One of the lists that the log has. @param list asks it for them */
function listing<Row>(
  name: string,
  about: string,
  list: (log: PushLog, accountId: string, filter: PushFilter, page: { readonly limit: number }) => Promise<Row[]>,
  draw: (rows: readonly Row[]) => string,
): Command {
  return manage(name, about, async ({ store, output, accountId }, _args, options) => {
    const filter = filterOf(options, systemClock.now())
    output.result(await list(store.pushLog, await accountId(), filter, pageOf(options)), draw)
  }).addOption(rowLimitOption())
}

async function showOne({ store, output, accountId }: Management, [id = '']: readonly string[]): Promise<void> {
  const account = await accountId()
  const [receipt] = await store.pushLog.receipts(account, { ids: [id] }, { limit: 1 })
  if (receipt === undefined) throw new CommandError(`There is no receipt ${id}. 'yuyin push list' shows them.`)
  const attempts = await store.pushLog.attempts(account, { ids: [id] }, { limit: 1_000 })
  output.result({ ...receipt, attempts }, () => receiptStory(receipt, attempts))
}

/** Nothing is pushed again without saying what: an empty filter would be everything. */
async function replayThem(
  { store, output, accountId }: Management,
  [given = '']: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const ids = given.split(',').filter((id) => id !== '')
  const filter = { ...filterOf(options, systemClock.now()), ...(ids.length > 0 ? { ids } : {}) }
  if (Object.keys(filter).length === 0) {
    throw new CommandError('Say what is to be pushed again: receipts, --call, --type, --state, --since or --until.')
  }
  const replayed = await store.pushLog.replay(await accountId(), filter)
  output.result({ replayed }, () => {
    if (replayed > 0) return `${replayed === 1 ? '1 receipt is' : `${replayed} receipts are`} pushed again.`
    return 'Nothing is pushed again: no such receipt, or its type has no push URL, or it is on its way just now.'
  })
}
