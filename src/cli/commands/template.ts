import { type Command, Option } from 'commander'
import { type ReviewState, reviewStates } from '../../domain/template/review.ts'
import { group, manage } from '../management.ts'
import { CommandError, tableOr } from '../output.ts'

const kinds = ['verification', 'notification'] as const

/** `yuyin template …`: texts that are spoken, with their variables and review state. */
export function templateCommand(): Command {
  const add = manage(
    'add <code> <text>',
    'make or replace a template; variables are written ${name}',
    async (context, args, options) => {
      const [code = '', text = ''] = args
      const kind = kinds.find((one) => one === options['kind']) ?? 'notification'
      const review = readReview(String(options['review']))
      await context.admin.templates.save({ accountId: await context.accountId(), code, text, kind, review })
      context.output.result({ code, kind, review }, () => `Template ${code} (${kind}) is ${review}.`)
    },
  )
    .addOption(
      new Option('--kind <kind>', 'verification: codes, letters and digits only')
        .choices(kinds)
        .default('notification'),
    )
    .addOption(reviewOption())
  return group('template', 'texts that are spoken', [
    add,
    manage('list', 'the templates of an account', async ({ admin, output, accountId }) => {
      output.result(await admin.templates.list(await accountId()), (templates) =>
        tableOr(
          "There is no template. 'yuyin template add <code> <text>' makes one.",
          ['code', 'kind', 'review', 'text'],
          templates.map((one) => [one.code, one.kind, one.review, one.text]),
        ),
      )
    }),
    manage('review <code> <state>', `set the review state: ${reviewStates.join(', ')}`, async (context, args) => {
      const [code = '', state = ''] = args
      await context.admin.templates.review(await context.accountId(), code, readReview(state))
      context.output.result({ code, review: state }, () => `Template ${code} is ${state}.`)
    }),
    manage('remove <code>', 'remove a template', async ({ admin, output, accountId }, [code = '']) => {
      await admin.templates.remove(await accountId(), code)
      output.result({ code, removed: true }, () => `Template ${code} is gone.`)
    }),
  ])
}

/** `--review approved`: what an operator adds is approved unless said otherwise. */
export function reviewOption(): Option {
  return new Option('--review <state>', 'review state').choices(reviewStates).default('approved')
}

/** @throws {CommandError} naming the states */
export function readReview(text: string): ReviewState {
  const review = reviewStates.find((state) => state === text)
  if (review === undefined)
    throw new CommandError(`'${text}' is no review state. There are: ${reviewStates.join(', ')}.`)
  return review
}
