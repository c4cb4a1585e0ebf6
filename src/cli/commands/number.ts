import type { Command } from 'commander'
import { group, manage } from '../management.ts'
import { table } from '../output.ts'

/** `yuyin number …`: numbers that an account may show to callees. */
export function numberCommand(): Command {
  return group('number', 'numbers that an account may show to callees', [
    manage('add <number>', 'let an account show a number', async ({ admin, output, accountId }, [number = '']) => {
      await admin.numbers.add(await accountId(), number)
      output.result({ number }, () => `Number ${number} may be shown.`)
    }),
    manage('list', 'the numbers of an account', async ({ admin, output, accountId }) => {
      output.result(await admin.numbers.list(await accountId()), (numbers) =>
        table(
          ['number'],
          numbers.map((number) => [number]),
        ),
      )
    }),
    manage('remove <number>', 'take a number away', async ({ admin, output, accountId }, [number = '']) => {
      await admin.numbers.remove(await accountId(), number)
      output.result({ number, removed: true }, () => `Number ${number} is gone.`)
    }),
  ])
}
