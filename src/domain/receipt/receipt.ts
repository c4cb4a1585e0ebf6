/** Receipt kinds of the voice product (reference, receipts). */
export const messageTypes = ['VoiceReport', 'VoiceCallReport', 'VoiceRecordReport', 'VoiceRTASRReport'] as const
export type MessageType = (typeof messageTypes)[number]

/** One receipt, ready to be queued and pushed. The body is one JSON object; field names are the reference's. */
export interface Receipt {
  readonly accountId: string
  readonly messageType: MessageType
  readonly callId: string
  readonly body: Readonly<Record<string, string | number>>
}

/** The receipt queue of an account: `Alicom-Queue-1000000001-VoiceReport`. */
export function queueName(accountId: string, messageType: MessageType): string {
  return `Alicom-Queue-${accountId}-${messageType}`
}
