import type { Call } from '../domain/call/call.ts'
import type { SmartStatusCode } from '../domain/call/call-outcome.ts'
import { callOutcomes } from '../domain/call/call-outcome.ts'
import type { Receipt } from '../domain/receipt/receipt.ts'
import { chinaTime } from '../lib/china-time.ts'
import type { CallRecord } from '../records/call-record.ts'

/** Intermediate states of a call with one leg, as `status_code` of a VoiceCallReport (reference, receipt codes). */
export const intermediateCodes = {
  dialling: '200101',
  ringing: '200201',
  answered: '200102',
  ended: '200100',
} as const

/** What a VoiceCallReport needs to know of its call: a live call has it, and so has a record. */
export type ReportedCall = Pick<Call, 'accountId' | 'callId' | 'outId'>

/**
 * VoiceCallReport: a call came to an intermediate state.
 *
 * @param at when, wall milliseconds
 * @param smartStatus only with the end of the call
 */
export function voiceCallReport(
  call: ReportedCall,
  state: keyof typeof intermediateCodes,
  at: number,
  smartStatus?: SmartStatusCode,
): Receipt {
  return {
    accountId: call.accountId,
    messageType: 'VoiceCallReport',
    callId: call.callId,
    body: present({
      call_id: call.callId,
      status_code: intermediateCodes[state],
      smart_status_code: smartStatus,
      status_time: chinaTime(at),
      out_id: text(call.outId),
    }),
  }
}

/**
 * VoiceReport: the record of an ended call with one leg. All values are strings; what never came to be (a ring time of
 * a call that never rang) is left out, as in the reference's samples.
 */
export function voiceReport(record: CallRecord): Receipt {
  const { smartStatus, text: statusText } = callOutcomes[record.outcome]
  return {
    accountId: record.accountId,
    messageType: 'VoiceReport',
    callId: record.callId,
    body: present({
      call_id: record.callId,
      originate_time: time(record.diallingAt),
      ring_time: time(record.ringingAt),
      start_time: time(record.answeredAt),
      end_time: chinaTime(record.endedAt),
      duration: String(record.durationSeconds),
      caller: text(record.showNumber),
      callee: record.calledNumber,
      status_code: record.statusCode,
      smart_status_code: smartStatus,
      status_msg: statusText,
      hangup_direction: record.answeredAt === undefined ? undefined : hangUpDirections[record.hangUpBy],
      out_id: text(record.outId),
    }),
  }
}

/** Everything that is queued together with the record, in the order in which it is read. */
export function finalReceipts(record: CallRecord): Receipt[] {
  const { smartStatus } = callOutcomes[record.outcome]
  return [voiceCallReport(record, 'ended', record.endedAt, smartStatus), voiceReport(record)]
}

/** `hangup_direction`: the person, or the machine that spoke. */
const hangUpDirections = { callee: '用户', here: '机器' } as const

function time(at: number | undefined): string | undefined {
  return at === undefined ? undefined : chinaTime(at)
}

function text(value: string): string | undefined {
  return value === '' ? undefined : value
}

/** The fields that have a value, in their order. */
function present(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const body: Record<string, string> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) body[name] = value
  return body
}
