import { callOutcomes } from '../../domain/call/call-outcome.ts'
import { talkSeconds } from '../../domain/call/talk-seconds.ts'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import { chinaTime } from '../../lib/china-time.ts'
import type { CalleeLeg, CallRecord } from '../../records/call-record.ts'
import { type FieldValue, present, time } from './fields.ts'

/** What a VoiceReport tells of calls that are more than one leg and one prompt. */
export interface VoiceReportDetails {
  readonly voiceType?: 'voice' | 'asr' | 'smart_transfer'
  /** The robot's script. */
  readonly dialogId?: string
  readonly tollType?: 'LOCAL' | 'PROVINCE' | 'DOMESTIC' | 'INTERNATIONAL' | 'UNKNOWN'
  /** Free text from a smart call's reply. */
  readonly extend?: string
  /** Why the leg to the person behind a smart call ended. */
  readonly parallelLegHangUpCause?: string
}

/**
 * VoiceReport: the record of an ended call. Values are texts, but for the durations of single legs, which the
 * reference's samples show as numbers. Of a double call, `originate_time` is when its caller was dialled, the times after
 * it are those of the callee; each leg has its own besides (reference, call record receipt: a_…, b_…).
 */
export function voiceReport(record: CallRecord, details: VoiceReportDetails = {}): Receipt {
  const { smartStatus, text: statusText } = callOutcomes[record.outcome]
  const { callee } = record
  const answering = callee ?? record
  return {
    accountId: record.accountId,
    messageType: 'VoiceReport',
    callId: record.callId,
    body: present({
      call_id: record.callId,
      originate_time: time(record.diallingAt),
      ring_time: time(answering.ringingAt),
      start_time: time(answering.answeredAt),
      end_time: chinaTime(record.endedAt),
      duration: String(record.durationSeconds),
      caller: callee === undefined ? record.showNumber : record.calledNumber,
      callee: callee === undefined ? record.calledNumber : callee.number,
      status_code: record.statusCode,
      smart_status_code: smartStatus,
      status_msg: statusText,
      early_media_code: record.earlyMediaCode,
      hangup_direction: hangUpDirection(record),
      out_id: record.outId,
      dtmf: record.keys,
      voice_type: details.voiceType,
      dialog_id: details.dialogId,
      toll_type: details.tollType,
      extend: details.extend,
      ...(callee === undefined ? {} : bothLegs(record, callee)),
      parallel_leg_hangup_cause: details.parallelLegHangUpCause,
    }),
  }
}

/** The person, or the machine that spoke; of a double call, whose leg. Absent when the line was lost: nobody did. */
function hangUpDirection({ answeredAt, callee, hangUpBy }: CallRecord): string | undefined {
  if (answeredAt === undefined) return undefined
  switch (hangUpBy) {
    case 'network':
      return undefined
    case 'here':
      return '机器'
    case 'caller':
      return 'aleg'
    case 'callee':
      return callee === undefined ? '用户' : 'bleg'
  }
}

/** What only a double call has. Its caller's leg is up until the end. */
function bothLegs(record: CallRecord, callee: CalleeLeg): Record<string, FieldValue> {
  return {
    ...legFields('a', record),
    ...legFields('b', callee),
    caller_show_num: record.showNumber,
    callee_show_num: callee.showNumber,
  }
}

function legFields(prefix: 'a' | 'b', leg: Omit<CalleeLeg, 'number' | 'showNumber'>): Record<string, FieldValue> {
  const { diallingAt, ringingAt, answeredAt, endedAt } = leg
  if (diallingAt === undefined) return {}
  return {
    [`${prefix}_originate_time`]: time(diallingAt),
    [`${prefix}_ring_time`]: time(ringingAt),
    [`${prefix}_start_time`]: time(answeredAt),
    [`${prefix}_end_time`]: time(endedAt),
    [`${prefix}_duration`]: endedAt === undefined ? 0 : talkSeconds(answeredAt, endedAt),
  }
}
