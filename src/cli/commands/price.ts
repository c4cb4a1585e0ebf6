import type { Command } from 'commander'
import { readAmountE4, writeAmountE4 } from '../../domain/account/money.ts'
import { type Product, productIds } from '../../domain/call/call.ts'
import { group, manage } from '../management.ts'
import { CommandError, tableOr } from '../output.ts'

const products = Object.keys(productIds)

/** `yuyin price …`: what calls cost. */
export function priceCommand(): Command {
  const forOne = [
    '--for <account>',
    'for this account only; without it: for every account that has no own price',
  ] as const
  return group('price', 'prices of a started minute, by product; what has no price is free', [
    manage(
      'set <product> <amount>',
      `what a started minute costs, up to four decimals; products: ${products.join(', ')}`,
      async ({ admin, output }, [name = '', amount = ''], options) => {
        const perMinuteE4 = readAmountE4(amount)
        if (perMinuteE4 === undefined) throw new CommandError(`'${amount}' is no price. One looks like 0.115.`)
        const price = { ...whose(options), product: readProduct(name), perMinuteE4 }
        await admin.prices.set(price)
        output.result(price, () => `${inWords(price)}: ${writeAmountE4(perMinuteE4)} for each started minute.`)
      },
      'service',
    ).option(...forOne),
    manage(
      'list',
      'all prices',
      async ({ admin, output }) => {
        output.result(await admin.prices.list(), (prices) =>
          tableOr(
            "There is no price: every call is free. 'yuyin price set <product> <amount>' makes one.",
            ['account', 'product', 'a minute'],
            prices.map((one) => [one.accountId ?? 'every other', one.product, writeAmountE4(one.perMinuteE4)]),
          ),
        )
      },
      'service',
    ),
    manage(
      'remove <product>',
      'remove a price',
      async ({ admin, output }, [name = ''], options) => {
        const price = { ...whose(options), product: readProduct(name) }
        await admin.prices.remove(price)
        output.result({ ...price, removed: true }, () => `${inWords(price)}: no price any more.`)
      },
      'service',
    ).option(...forOne),
  ])
}

function whose(options: Readonly<Record<string, unknown>>): { accountId?: string } {
  const account = options['for']
  return typeof account === 'string' ? { accountId: account } : {}
}

function inWords({ accountId, product }: { accountId?: string; product: Product }): string {
  return `${product} of ${accountId === undefined ? 'every account without a price of its own' : `account ${accountId}`}`
}

function readProduct(text: string): Product {
  if (!isProduct(text)) throw new CommandError(`'${text}' is no product. There are: ${products.join(', ')}.`)
  return text
}

function isProduct(text: string): text is Product {
  return Object.hasOwn(productIds, text)
}
