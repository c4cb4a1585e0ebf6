import type { Call } from '../../domain/call/call.ts'
import type { SmartStatusCode } from '../../domain/call/call-outcome.ts'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import { chinaTime } from '../../lib/china-time.ts'
import { present } from './fields.ts'

/**
 * Intermediate states as `status_code` of a VoiceCallReport (reference, receipt codes). A double call has a second leg:
 * its caller passes through the first three, then the callee rings and answers.
 */
export const intermediateCodes = {
  dialling: '200101',
  ringing: '200201',
  answered: '200102',
  calleeRinging: '200202',
  bothConnected: '200103',
  keyPressed: '300000',
  ended: '200100',
} as const

export type IntermediateState = keyof typeof intermediateCodes

/** What every receipt needs to know of its call: a live call has it, and so has a record. */
export type ReportedCall = Pick<Call, 'accountId' | 'callId' | 'outId'>

/** What a VoiceCallReport may carry besides. */
export interface CallReportDetails {
  readonly smartStatus?: SmartStatusCode
  /** The keys pressed; with `keyPressed` only. */
  readonly keys?: string
  /** Of an inbound call. */
  readonly bizId?: string
  /** Free text from a smart call's reply, or of an inbound call. */
  readonly extend?: string
}

/**
 * VoiceCallReport: a call came to an intermediate state.
 *
 * @param at when, wall milliseconds
 */
export function voiceCallReport(
  call: ReportedCall,
  state: IntermediateState,
  at: number,
  details: CallReportDetails = {},
): Receipt {
  return {
    accountId: call.accountId,
    messageType: 'VoiceCallReport',
    callId: call.callId,
    body: present({
      call_id: call.callId,
      status_code: intermediateCodes[state],
      smart_status_code: details.smartStatus,
      status_time: chinaTime(at),
      out_id: call.outId,
      dtmf: details.keys,
      biz_id: details.bizId,
      extend: details.extend,
    }),
  }
}
