import { randomBytes } from 'node:crypto'

/** What a receipt handle says: which message, at which receive, and that the holder really received it. */
export interface ReceiptHandle {
  readonly messageId: number
  readonly dequeueCount: number
  /** Hex digits, as in the message's row. */
  readonly lease: string
}

/** A fresh lease: 16 hex digits that nobody can guess. */
export function newLease(): string {
  return randomBytes(8).toString('hex')
}

/** `1-<base64>`, the shape that clients know from the original. */
export function formatHandle(handle: ReceiptHandle): string {
  const text = `${handle.messageId}-${handle.dequeueCount}-${handle.lease}`
  return `1-${Buffer.from(text).toString('base64')}`
}

/** @returns `undefined` when the text is not a handle of ours */
export function parseHandle(text: string): ReceiptHandle | undefined {
  if (!text.startsWith('1-')) return undefined
  const match = /^(\d{1,15})-(\d{1,9})-([0-9a-f]{16})$/.exec(Buffer.from(text.slice(2), 'base64').toString('latin1'))
  const [, messageId, dequeueCount, lease] = match ?? []
  if (messageId === undefined || dequeueCount === undefined || lease === undefined) return undefined
  return { messageId: Number(messageId), dequeueCount: Number(dequeueCount), lease }
}
