import type { Call } from '../../../src/domain/call/call.ts'
import type { MessageType, Receipt } from '../../../src/domain/receipt/receipt.ts'
import type { AcceptGuard } from '../../../src/operations/ports.ts'
import type { CallRecord } from '../../../src/records/call-record.ts'

export const accountId = '1000000001'
export const documented = { perMinute: 1, perHour: 5, perDay: 20 }

let made = 0

/** A call nobody placed before: its own id and its own callee. */
export function newCall(wanted: Partial<Call> = {}): Call {
  const serial = String(++made).padStart(12, '0')
  return {
    callId: `170420064500^${serial}`,
    accountId,
    operation: 'SingleCallByTts',
    product: 'verification',
    calledNumber: `139${serial.slice(-8)}`,
    showNumber: '057128880000',
    outId: 'order-1',
    script: {
      steps: [
        {
          do: 'play',
          prompt: { kind: 'speech', segments: [{ text: '您的验证码是', manner: 'fluent' }] },
          times: 3,
          volume: 100,
          speed: 0,
        },
      ],
    },
    acceptedAt: Date.UTC(2024, 0, 2, 3, 4, 5),
    ...wanted,
  }
}

/** A guard with a nonce of its own and, unless wanted, without a limit. */
export function newGuard(wanted: Partial<AcceptGuard> = {}): AcceptGuard {
  return { accessKeyId: 'testId', nonce: `nonce-${++made}`, frequency: undefined, ...wanted }
}

export function recordFor(call: Call, wanted: Partial<CallRecord> = {}): CallRecord {
  return {
    callId: call.callId,
    accountId: call.accountId,
    product: call.product,
    calledNumber: call.calledNumber,
    showNumber: call.showNumber,
    outId: call.outId,
    outcome: 'heard',
    statusCode: '200000',
    state: '200000',
    acceptedAt: call.acceptedAt,
    diallingAt: call.acceptedAt + 10,
    ringingAt: call.acceptedAt + 20,
    answeredAt: call.acceptedAt + 30,
    endedAt: call.acceptedAt + 4_030,
    durationSeconds: 4,
    hangUpBy: 'here',
    keys: '1#',
    ...wanted,
  }
}

export function receiptFor(call: Call, messageType: MessageType = 'VoiceReport'): Receipt {
  return { accountId: call.accountId, messageType, callId: call.callId, body: { call_id: call.callId, duration: '4' } }
}
