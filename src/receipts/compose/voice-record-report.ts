import type { SmartStatusCode } from '../../domain/call/call-outcome.ts'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import { chinaTime } from '../../lib/china-time.ts'
import { present, time } from './fields.ts'
import type { ReportedCall } from './voice-call-report.ts'

/** A recording that can be fetched. Times are wall milliseconds. */
export interface ReadyRecording {
  readonly startedAt: number
  readonly endedAt: number
  /** Whole seconds. */
  readonly durationSeconds: number
  readonly statusCode: string
  readonly smartStatus?: SmartStatusCode
  /** Where the file is to be had; the URL is good for seven days (reference, recording receipt). */
  readonly url: string
  /** Smart calls only: when recording began. */
  readonly recordBeganAt?: number
}

/** VoiceRecordReport: the recording of a call can be fetched. */
export function voiceRecordReport(call: ReportedCall, recording: ReadyRecording): Receipt {
  return {
    accountId: call.accountId,
    messageType: 'VoiceRecordReport',
    callId: call.callId,
    body: present({
      call_id: call.callId,
      start_time: chinaTime(recording.startedAt),
      end_time: chinaTime(recording.endedAt),
      duration: recording.durationSeconds,
      status_code: recording.statusCode,
      smart_status_code: recording.smartStatus,
      record_file: recording.url,
      out_id: call.outId,
      record_begin_time: time(recording.recordBeganAt),
    }),
  }
}
