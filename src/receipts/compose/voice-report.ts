import { callOutcomes } from '../../domain/call/call-outcome.ts'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import { chinaTime } from '../../lib/china-time.ts'
import type { CallRecord } from '../../records/call-record.ts'
import { type FieldValue, present, time } from './fields.ts'

/** One leg of a double call or of a transfer. Times are wall milliseconds, absent when it never came to that. */
export interface ReportedLeg {
  readonly diallingAt?: number
  readonly ringingAt?: number
  readonly answeredAt?: number
  readonly endedAt?: number
  /** Whole seconds of talk; 0 when not answered. */
  readonly durationSeconds: number
}

/** What a VoiceReport tells of calls that are more than one leg and one prompt. */
export interface VoiceReportDetails {
  /** The result code recognised in the announcement before the answer, `200010`. */
  readonly earlyMediaCode?: string
  readonly voiceType?: 'voice' | 'asr' | 'smart_transfer'
  /** The robot's script. */
  readonly dialogId?: string
  readonly tollType?: 'LOCAL' | 'PROVINCE' | 'DOMESTIC' | 'INTERNATIONAL' | 'UNKNOWN'
  /** Free text from a smart call's reply. */
  readonly extend?: string
  /** Who hung up a double call; the reference's sample shows `aleg`. */
  readonly hangUpLeg?: 'aleg' | 'bleg'
  readonly callerLeg?: ReportedLeg
  readonly calleeLeg?: ReportedLeg
  readonly callerShowNumber?: string
  readonly calleeShowNumber?: string
  /** Why the leg to the person behind a smart call ended. */
  readonly parallelLegHangUpCause?: string
}

/**
 * VoiceReport: the record of an ended call. Values are texts, but for the durations of single legs, which the
 * reference's samples show as numbers.
 */
export function voiceReport(record: CallRecord, details: VoiceReportDetails = {}): Receipt {
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
      caller: record.showNumber,
      callee: record.calledNumber,
      status_code: record.statusCode,
      smart_status_code: smartStatus,
      status_msg: statusText,
      early_media_code: details.earlyMediaCode,
      hangup_direction: details.hangUpLeg ?? hangUpDirection(record),
      out_id: record.outId,
      dtmf: record.keys,
      voice_type: details.voiceType,
      dialog_id: details.dialogId,
      toll_type: details.tollType,
      extend: details.extend,
      ...legFields('a', details.callerLeg),
      ...legFields('b', details.calleeLeg),
      caller_show_num: details.callerShowNumber,
      callee_show_num: details.calleeShowNumber,
      parallel_leg_hangup_cause: details.parallelLegHangUpCause,
    }),
  }
}

/** The person, or the machine that spoke. */
function hangUpDirection(record: CallRecord): string | undefined {
  if (record.answeredAt === undefined) return undefined
  return record.hangUpBy === 'callee' ? '用户' : '机器'
}

function legFields(prefix: 'a' | 'b', leg: ReportedLeg | undefined): Record<string, FieldValue> {
  if (leg === undefined) return {}
  return {
    [`${prefix}_originate_time`]: time(leg.diallingAt),
    [`${prefix}_ring_time`]: time(leg.ringingAt),
    [`${prefix}_start_time`]: time(leg.answeredAt),
    [`${prefix}_end_time`]: time(leg.endedAt),
    [`${prefix}_duration`]: leg.durationSeconds,
  }
}
