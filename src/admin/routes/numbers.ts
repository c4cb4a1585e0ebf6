import { pathSegments } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { record } from '../schema/records.ts'
import { named } from '../schema/schema.ts'

const { number, word } = pathSegments

/** Numbers that an account may show to callees. */
export const numberRoutes = resource({
  noun: 'Number',
  plural: 'Numbers',
  one: 'a number that an account may show',
  all: 'the numbers that an account may show',
  path: '/accounts/{accountId}/numbers/{number}',
  key: (one) => one.number,
  thing: named('Number', record({ number })),
  scope: 'account',
  read: 'viewer',
  write: 'operator',
  find: async (params, { accounts }) =>
    (await accounts.numbers.list(params.accountId)).includes(params.number) ? { number: params.number } : undefined,
  list: async ({ params }, { accounts }) =>
    (await accounts.numbers.list(params.accountId)).map((one) => ({ number: one })),
  wanted: named('WantedNumber', record({})),
  async put({ params, current }, { accounts }) {
    if (current === undefined) await accounts.numbers.add(params.accountId, params.number)
  },
  remove: (params, { accounts }) => accounts.numbers.remove(params.accountId, params.number),
})

/** Words that no template variable of any account may contain. */
export const wordRoutes = resource({
  noun: 'Word',
  plural: 'Words',
  one: 'a word that no template variable may contain',
  all: 'the words that no template variable may contain',
  path: '/blacklist/{word}',
  key: (one) => one.word,
  thing: named('Word', record({ word })),
  scope: 'service',
  read: 'viewer',
  write: 'operator',
  find: async (params, { accounts }) =>
    (await accounts.blacklist.list()).includes(params.word) ? { word: params.word } : undefined,
  list: async (_asked, { accounts }) => (await accounts.blacklist.list()).map((one) => ({ word: one })),
  wanted: named('WantedWord', record({})),
  put: ({ params }, { accounts }) => accounts.blacklist.add(params.word),
  remove: (params, { accounts }) => accounts.blacklist.remove(params.word),
})
