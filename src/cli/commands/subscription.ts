import { type Command, Option } from 'commander'
import { type MessageType, messageTypes } from '../../domain/receipt/receipt.ts'
import { group, manage } from '../management.ts'
import { CommandError, tableOr } from '../output.ts'

/** `yuyin subscription …`: where receipts go. */
export function subscriptionCommand(): Command {
  const set = manage(
    'set <type>',
    `where receipts of a type go; types: ${messageTypes.join(', ')}`,
    async (context, args, options) => {
      const messageType = readType(args[0] ?? '')
      const pushUrl = options['push']
      const subscription = {
        queue: options['queue'] === 'on',
        ...(typeof pushUrl === 'string' && pushUrl !== 'off' ? { pushUrl } : {}),
      }
      await context.admin.subscriptions.set(await context.accountId(), messageType, subscription)
      context.output.result({ messageType, ...subscription }, () => `${messageType}: ${inWords(subscription)}.`)
    },
  )
    .addOption(new Option('--queue <on|off>', 'into the queue of the account').choices(['on', 'off']).default('on'))
    .option('--push <url>', 'to this URL by HTTP POST; off: nowhere', 'off')
  return group('subscription', 'where receipts go', [
    set,
    manage('list', 'the subscriptions of an account', async ({ admin, output, accountId }) => {
      output.result(await admin.subscriptions.list(await accountId()), (subscriptions) =>
        tableOr(
          "There is no subscription. 'yuyin subscription set VoiceReport' makes one.",
          ['type', 'goes to'],
          subscriptions.map((one) => [one.messageType, inWords(one)]),
        ),
      )
    }),
  ])
}

function inWords(subscription: { queue: boolean; pushUrl?: string }): string {
  const ways = [...(subscription.queue ? ['queue'] : []), ...(subscription.pushUrl ? [subscription.pushUrl] : [])]
  return ways.join(' and ') || 'nowhere'
}

function readType(text: string): MessageType {
  const type = messageTypes.find((one) => one === text)
  if (type === undefined) throw new CommandError(`'${text}' is no receipt type. There are: ${messageTypes.join(', ')}.`)
  return type
}
