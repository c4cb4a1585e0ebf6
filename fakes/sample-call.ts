import type { Call } from '../src/domain/call/call.ts'

/** A notification with one spoken sentence, played twice. */
export function sampleCall(changes: Partial<Call> = {}): Call {
  return {
    callId: '170416464500^000000000001',
    accountId: '1000000001',
    operation: 'SingleCallByTts',
    product: 'notification',
    calledNumber: '13900000000',
    showNumber: '057128880000',
    outId: 'order-7',
    script: {
      steps: [
        {
          do: 'play',
          prompt: { kind: 'speech', segments: [{ text: '您好', manner: 'fluent' }] },
          times: 2,
          volume: 100,
          speed: 0,
        },
      ],
    },
    acceptedAt: Date.UTC(2024, 0, 2, 3, 4, 5),
    ...changes,
  }
}
