import type { Command } from 'commander'
import { readShowNumber } from '../../domain/phone-number.ts'
import { group, manage } from '../management.ts'
import { tableOr } from '../output.ts'

/** `yuyin number …`: numbers that an account may show to callees, kept in the form in which requests are compared. */
export function numberCommand(): Command {
  return group('number', 'numbers that an account may show to callees', [
    manage('add <number>', 'let an account show a number', async ({ admin, output, accountId }, [given = '']) => {
      const number = readShowNumber(given)
      await admin.numbers.add(await accountId(), number)
      output.result({ number }, () => `Number ${number} may be shown.`)
    }),
    manage('list', 'the numbers of an account', async ({ admin, output, accountId }) => {
      output.result(await admin.numbers.list(await accountId()), (numbers) =>
        tableOr(
          "There is no number. 'yuyin number add <number>' adds one.",
          ['number'],
          numbers.map((number) => [number]),
        ),
      )
    }),
    manage('remove <number>', 'take a number away', async ({ admin, output, accountId }, [given = '']) => {
      const number = readShowNumber(given)
      await admin.numbers.remove(await accountId(), number)
      output.result({ number, removed: true }, () => `Number ${number} is gone.`)
    }),
  ])
}
