import { type Command, InvalidArgumentError } from 'commander'
import { readAmountE4, writeAmountE4 } from '../../domain/account/money.ts'
import { chinaTime } from '../../lib/china-time.ts'
import type { Balance } from '../../store/accounts/ledger.ts'
import { group, type Management, manage } from '../management.ts'
import { CommandError, exitCodes, tableOr } from '../output.ts'
import { pageOf, rowLimitOption } from '../row-limit.ts'

/** `yuyin ledger …`: prepaid balances. */
export function ledgerCommand(): Command {
  const reference = [
    '--reference <word>',
    'a word of yours, booked once: a repeated command does not book again',
  ] as const
  return group('ledger', 'prepaid balances: top-ups, charges, and whether the books are right', [
    manage('top-up <amount>', 'add to the balance of an account', (context, [amount = ''], options) =>
      book(context, 'topUp', amount, options),
    ).option(...reference),
    manage(
      'withdraw <amount>',
      'take from the balance what live calls do not hold',
      (context, [amount = ''], options) => book(context, 'withdraw', amount, options),
    ).option(...reference),
    manage('balance', 'what an account has', async ({ admin, output, accountId }) => {
      output.result(await admin.ledger.balance(await accountId()), inWords)
    }),
    manage(
      'list',
      'the bookings of an account, the newest first',
      async ({ admin, output, accountId }, _args, options) => {
        const page = pageOf(options)
        const before = options['before']
        const entries = await admin.ledger.list(
          await accountId(),
          typeof before === 'number' ? { ...page, beforeId: before } : page,
        )
        output.result(entries, () =>
          tableOr(
            'There is no booking.',
            ['number', 'China time', 'kind', 'amount', 'call or reference'],
            entries.map((one) => [
              String(one.id),
              chinaTime(one.createdAt),
              one.kind,
              writeAmountE4(one.amountE4),
              one.callId ?? one.reference ?? '',
            ]),
          ),
        )
      },
    )
      .addOption(rowLimitOption())
      .option('--before <number>', 'only bookings older than this one', readCount),
    manage('check', 'compare balance, ledger and records of an account', async ({ admin, output, accountId }) => {
      const audit = await admin.ledger.audit(await accountId())
      output.result(audit, () =>
        [
          audit.isRight ? 'The books are right.' : 'The books are WRONG.',
          `balance ${writeAmountE4(audit.balanceE4)}, sum of the ledger ${writeAmountE4(audit.ledgerE4)}`,
          `charged ${writeAmountE4(audit.chargedE4)}, cost of the records ${writeAmountE4(audit.recordsE4)}, calls that differ ${audit.mismatchedCalls}`,
          `held ${writeAmountE4(audit.heldE4)}, held by calls ${writeAmountE4(audit.holdsE4)}, stray ${audit.strayHolds}`,
        ].join('\n'),
      )
      if (!audit.isRight) process.exitCode = exitCodes.no
    }),
  ])
}

async function book(
  { admin, output, accountId }: Management,
  way: 'topUp' | 'withdraw',
  amount: string,
  { reference }: Readonly<Record<string, unknown>>,
): Promise<void> {
  const amountE4 = readAmountE4(amount)
  if (amountE4 === undefined) throw new CommandError(`'${amount}' is no amount. One looks like 100 or 12.50.`)
  const booking = typeof reference === 'string' ? { amountE4, reference } : { amountE4 }
  output.result(await admin.ledger[way](await accountId(), booking), inWords)
}

function inWords({ balanceE4, heldE4 }: Balance): string {
  const held = heldE4 === 0 ? '' : `, ${writeAmountE4(heldE4)} of it held for live calls`
  return `Balance ${writeAmountE4(balanceE4)}${held}.`
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 1 or more.')
  return Number(text)
}
