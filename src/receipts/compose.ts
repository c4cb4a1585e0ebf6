import { callOutcomes } from '../domain/call/call-outcome.ts'
import type { Receipt } from '../domain/receipt/receipt.ts'
import type { CallRecord } from '../records/call-record.ts'
import { voiceCallReport } from './compose/voice-call-report.ts'
import { type VoiceReportDetails, voiceReport } from './compose/voice-report.ts'

/** Everything that is queued together with the record, in the order in which it is read. */
export function finalReceipts(record: CallRecord, details: VoiceReportDetails = {}): Receipt[] {
  const { smartStatus } = callOutcomes[record.outcome]
  return [voiceCallReport(record, 'ended', record.endedAt, { smartStatus }), voiceReport(record, details)]
}
