import type { Command } from 'commander'
import { group, manage } from '../management.ts'
import { tableOr } from '../output.ts'

/** `yuyin blacklist …`: words that no template variable may contain. */
export function blacklistCommand(): Command {
  return group('blacklist', 'words that no template variable may contain', [
    manage(
      'add <word>',
      'refuse a word',
      async ({ admin, output }, [word = '']) => {
        await admin.blacklist.add(word)
        output.result({ word }, () => `'${word}' is refused in variables.`)
      },
      'service',
    ),
    manage(
      'list',
      'all words',
      async ({ admin, output }) => {
        output.result(await admin.blacklist.list(), (words) =>
          tableOr(
            "There is no word. 'yuyin blacklist add <word>' refuses one.",
            ['word'],
            words.map((word) => [word]),
          ),
        )
      },
      'service',
    ),
    manage(
      'remove <word>',
      'allow a word again',
      async ({ admin, output }, [word = '']) => {
        await admin.blacklist.remove(word)
        output.result({ word, removed: true }, () => `'${word}' is allowed.`)
      },
      'service',
    ),
  ])
}
