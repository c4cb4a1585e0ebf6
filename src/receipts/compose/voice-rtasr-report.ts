import type { Receipt } from '../../domain/receipt/receipt.ts'
import { chinaTime } from '../../lib/china-time.ts'
import { present } from './fields.ts'
import type { ReportedCall } from './voice-call-report.ts'

/** Something that was said on one leg of a call, as it was recognised. */
export interface RecognisedWords {
  /** A: the caller's leg; B: the callee's. */
  readonly role: 'A' | 'B'
  /** Who speaks there, a number or a name. */
  readonly identity: string
  readonly words: string
  /** Milliseconds from the start of the session. */
  readonly beginOffsetMs: number
  readonly endOffsetMs: number
  /** When the call began, wall milliseconds. */
  readonly callBeganAt: number
}

/** VoiceRTASRReport: what was just said. */
export function voiceRtAsrReport(call: ReportedCall, said: RecognisedWords): Receipt {
  return {
    accountId: call.accountId,
    messageType: 'VoiceRTASRReport',
    callId: call.callId,
    body: present({
      call_id: call.callId,
      out_id: call.outId,
      role: said.role,
      identity: said.identity,
      words: said.words,
      begin_offset: said.beginOffsetMs,
      end_offset: said.endOffsetMs,
      begin_time: chinaTime(said.callBeganAt),
    }),
  }
}
