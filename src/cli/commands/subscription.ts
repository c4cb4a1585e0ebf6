import { type Command, Option } from 'commander'
import { messageTypes } from '../../domain/receipt/receipt.ts'
import type { Subscription } from '../../store/accounts/subscriptions.ts'
import { group, type Management, manage } from '../management.ts'
import { tableOr } from '../output.ts'
import { readType } from '../push/push-filter.ts'

/** `yuyin subscription …`: where receipts go. */
export function subscriptionCommand(): Command {
  const types = messageTypes.join(', ')
  const set = manage('set <type>', `where receipts of a type go; what is not said stays; types: ${types}`, setOne)
    .addOption(new Option('--queue <on|off>', 'into the queue of the account; on for a new one').choices(['on', 'off']))
    .option('--push <url>', 'to this URL by HTTP POST; off: nowhere')
    .addOption(
      new Option('--sign <on|off>', 'sign pushes with a new secret, shown once (docs/push-signature.md)').choices([
        'on',
        'off',
      ]),
    )
  return group('subscription', 'where receipts go', [
    set,
    manage('list', 'the subscriptions of an account', async ({ admin, output, accountId }) => {
      output.result(await admin.subscriptions.list(await accountId()), (subscriptions) =>
        tableOr(
          "There is no subscription. 'yuyin subscription set VoiceReport' makes one.",
          ['type', 'goes to', 'pushes'],
          subscriptions.map((one) => [
            one.messageType,
            inWords(one),
            one.pushUrl === undefined ? '' : one.signed ? 'signed' : 'not signed',
          ]),
        ),
      )
    }),
  ])
}

async function setOne(
  { admin, output, accountId }: Management,
  [type = '']: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const messageType = readType(type)
  const account = await accountId()
  const before = (await admin.subscriptions.list(account)).find((one) => one.messageType === messageType)
  const subscription = wanted(before, options)
  await admin.subscriptions.set(account, messageType, subscription)
  if (options['sign'] === 'off') await admin.subscriptions.stopSigning(account, messageType)
  const secret = options['sign'] === 'on' ? await admin.subscriptions.sign(account, messageType) : undefined
  output.result({ messageType, ...subscription, ...(secret === undefined ? {} : { secret }) }, () => {
    const where = `${messageType}: ${inWords(subscription)}.`
    return secret === undefined ? where : `${where}\n\nSecret  ${secret}\n\nKeep it now: it is not shown again.`
  })
}

/** What was said, over what there is: a new subscription is for the queue alone. */
export function wanted(
  before: Subscription = { queue: true },
  { queue, push }: Readonly<Record<string, unknown>>,
): Subscription {
  const pushUrl = typeof push === 'string' ? push : (before.pushUrl ?? 'off')
  return {
    queue: queue === undefined ? before.queue : queue === 'on',
    ...(pushUrl === 'off' ? {} : { pushUrl }),
  }
}

function inWords(subscription: Subscription): string {
  const ways = [...(subscription.queue ? ['queue'] : []), ...(subscription.pushUrl ? [subscription.pushUrl] : [])]
  return ways.join(' and ') || 'nowhere'
}
