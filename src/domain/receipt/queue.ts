import { messageTypes, queueName } from './receipt.ts'

/** What can be set about a queue (reference, queue attributes). Times are seconds. */
export interface QueueAttributes {
  /** How long a message stays unseen after it was sent, unless the message says otherwise. */
  readonly delaySeconds: number
  /** Longest message body, UTF-8 bytes. */
  readonly maximumMessageBytes: number
  /** How long a message is kept. Holds for messages that come after a change. */
  readonly retentionSeconds: number
  /** How long a received message stays hidden. */
  readonly visibilitySeconds: number
  /** How long a receive waits that does not say how long. */
  readonly pollingWaitSeconds: number
  /** Kept and shown; nothing is logged with it. */
  readonly loggingEnabled: boolean
}

/** The whole numbers among the attributes. */
export type QueueNumber = Exclude<keyof QueueAttributes, 'loggingEnabled'>

/** Name in the protocol, range and default of each number. */
export const queueNumbers = {
  delaySeconds: { name: 'DelaySeconds', min: 0, max: 604_800, initial: 0 },
  maximumMessageBytes: { name: 'MaximumMessageSize', min: 1_024, max: 65_536, initial: 65_536 },
  retentionSeconds: { name: 'MessageRetentionPeriod', min: 60, max: 604_800, initial: 345_600 },
  visibilitySeconds: { name: 'VisibilityTimeout', min: 1, max: 43_200, initial: 30 },
  pollingWaitSeconds: { name: 'PollingWaitSeconds', min: 0, max: 30, initial: 0 },
} as const satisfies Record<QueueNumber, { name: string; min: number; max: number; initial: number }>

/** The numbers in the order in which the protocol shows them. */
export const queueNumberFields: readonly QueueNumber[] = [
  'delaySeconds',
  'maximumMessageBytes',
  'retentionSeconds',
  'visibilitySeconds',
  'pollingWaitSeconds',
]

/** What a queue begins with. */
export const initialAttributes: QueueAttributes = {
  delaySeconds: queueNumbers.delaySeconds.initial,
  maximumMessageBytes: queueNumbers.maximumMessageBytes.initial,
  retentionSeconds: queueNumbers.retentionSeconds.initial,
  visibilitySeconds: queueNumbers.visibilitySeconds.initial,
  pollingWaitSeconds: queueNumbers.pollingWaitSeconds.initial,
  loggingEnabled: false,
}

/** Priority of a message that names none, and of every receipt: 1 is highest, 16 lowest. */
export const usualPriority = 8
export const lowestPriority = 16

const longestName = 120
const receiptPrefix = 'Alicom-Queue-'

/** What is wrong with a queue name, `undefined` when nothing is (reference, CreateQueue). */
export function queueNameProblem(name: string): 'length' | 'characters' | undefined {
  if (name.length === 0 || name.length > longestName) return 'length'
  return /^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name) ? undefined : 'characters'
}

/** Whether a name belongs to the receipts: no account may give it to a queue of its own. */
export function isReceiptQueueName(name: string): boolean {
  return name.startsWith(receiptPrefix)
}

/** The receipt type whose queue has this name in the account; `undefined` when no receipt of the account goes there. */
export function receiptTypeOf(accountId: string, name: string) {
  return messageTypes.find((type) => queueName(accountId, type) === name)
}
