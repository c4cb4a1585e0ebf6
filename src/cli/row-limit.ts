import { InvalidArgumentError, Option } from 'commander'

/** `--limit <n>`: as many rows as a list shows. @param most of them that may be asked for */
export function rowLimitOption(most = 10_000): Option {
  return new Option('--limit <n>', `most rows, 1 to ${most}`).default(50).argParser((text) => {
    const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0
    if (limit < 1 || limit > most) throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`)
    return limit
  })
}

/** The page that the options of a command ask for. @throws {Error} for a command without `rowLimitOption` */
export function pageOf({ limit }: Readonly<Record<string, unknown>>): { readonly limit: number } {
  if (typeof limit !== 'number') throw new Error('the command has no --limit')
  return { limit }
}
