import { chinaTime } from '../../lib/china-time.ts'
import type { LoggedAttempt, PushedReceipt } from '../../receipts/ports.ts'
import { printable, table, tableOr } from '../output.ts'
import { stateWords } from './push-filter.ts'

/** As much of a receiver's answer as a table shows, characters. */
const shownCharacters = 60

/** Attempts for people; times are China's, as in receipts. */
export function attemptTable(attempts: readonly LoggedAttempt[]): string {
  return tableOr(
    'No attempt was made.',
    ['made', 'receipt', 'type', 'call', 'status', 'ms', 'result', 'answer'],
    attempts.map((one) => [
      chinaTime(one.madeAt),
      one.pushId,
      one.messageType,
      one.callId,
      one.status === undefined ? '' : String(one.status),
      String(one.latencyMs),
      one.error ?? 'delivered',
      printable(one.answer).slice(0, shownCharacters),
    ]),
  )
}

/** Receipts for people. */
export function receiptTable(receipts: readonly PushedReceipt[]): string {
  return tableOr(
    'No receipt was queued for a push.',
    ['queued', 'receipt', 'type', 'call', 'state', 'attempts', 'due'],
    receipts.map((one) => [
      chinaTime(one.queuedAt),
      one.id,
      one.messageType,
      one.callId,
      stateWords[one.state],
      String(one.attempts),
      one.dueAt === undefined ? '' : chinaTime(one.dueAt),
    ]),
  )
}

/** One receipt with everything about it. */
export function receiptStory(receipt: PushedReceipt, attempts: readonly LoggedAttempt[]): string {
  const facts = table(
    ['receipt', receipt.id],
    [
      ['type', receipt.messageType],
      ['call', receipt.callId],
      ['to', printable(receipt.url)],
      ['state', stateWords[receipt.state]],
      ['queued', chinaTime(receipt.queuedAt)],
      ...(receipt.dueAt === undefined ? [] : [['due', chinaTime(receipt.dueAt)]]),
      ...(receipt.settledAt === undefined ? [] : [['settled', chinaTime(receipt.settledAt)]]),
      ['body', printable(receipt.body)],
    ],
  )
  return `${facts}\n\n${attemptTable(attempts)}`
}
