import type { AdminContext } from './admin-context.ts'
import { demand, demandChanged } from './admin-refused.ts'

/** Words that no template variable may contain. @throws {AdminRefused} from every method that changes something */
export interface Blacklist {
  /** Adding a word twice is adding it once. */
  add(word: string): Promise<void>
  list(): Promise<string[]>
  remove(word: string): Promise<void>
}

export function createBlacklist({ tables, clock, changed }: AdminContext): Blacklist {
  return {
    async add(word) {
      demand(word.trim() === word && word.length > 0 && word.length <= 100, 'A word has 1 to 100 characters.')
      const insert = tables.insertInto('blacklist_words').values({ word, created_at: clock.now() })
      await insert.onConflict((conflict) => conflict.doNothing()).execute()
      changed()
    },

    async list() {
      const rows = await tables.selectFrom('blacklist_words').select('word').orderBy('word').execute()
      return rows.map((row) => row.word)
    },

    async remove(word) {
      const result = await tables.deleteFrom('blacklist_words').where('word', '=', word).executeTakeFirstOrThrow()
      demandChanged(result.numDeletedRows, 'such word')
      changed()
    },
  }
}
