import { type Call, productIds } from '../../domain/call/call.ts'
import { callIdPattern } from '../../domain/call/call-id.ts'
import { bridgeOf } from '../../domain/script/script.ts'
import { chinaDay, chinaTime } from '../../lib/china-time.ts'
import type { CallRecord } from '../../records/call-record.ts'
import { int64, text } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'
import { Refusal } from '../refusals.ts'

/** Reference, call records. */
export const queryCallDetailByCallId = operation({
  name: 'QueryCallDetailByCallId',
  product: 'dyvmsapi',
  summary: 'The record of one call.',
  input: { CallId: text({ maxBytes: 64 }), ProdId: int64(), QueryDate: int64() },
  output: { Data: out.text },
  refusals: ['callUnknown', 'queryDateIllegal'],
  notes: [
    'Data is the text of a JSON object; of a call that is still alive the times, state and stateDesc are empty.',
    'QueryDate below 100,000,000,000 is read as seconds: some published samples send seconds.',
    'QueryDate is any moment of the day, in China, on which the call was accepted.',
    'aRingTime and aEndTime bound the ringing of the caller, bRingTime and bEndTime that of the callee. A single call has one leg, the callee’s.',
    'Of a double call, startDate and duration count from the answer of the callee.',
  ],
  async run({ account, input }, { records }) {
    const queriedMs = readQueryDate(input.QueryDate)
    const found = callIdPattern.test(input.CallId) ? await records.find(account.accountId, input.CallId) : undefined
    const belongs =
      found !== undefined &&
      productIds[found.call.product] === input.ProdId &&
      chinaDay(found.call.acceptedAt) === chinaDay(queriedMs)
    if (!belongs) throw new Refusal('callUnknown')
    return { Data: JSON.stringify(callDetail(found.call, found.record)) }
  },
})

/** Wall milliseconds. @throws {Refusal} for what is no time of this service: before 1970 or after 9999 */
function readQueryDate(value: number): number {
  const wallMs = value < 1e11 ? value * 1000 : value
  if (value <= 0 || wallMs > Date.UTC(9999, 11, 31)) throw new Refusal('queryDateIllegal')
  return wallMs
}

/** The keys of the reference; a time that never came is empty text. */
function callDetail(call: Call, record: CallRecord | undefined) {
  const bridge = bridgeOf(call.script)
  const answered = bridge === undefined ? record?.answeredAt : record?.callee?.answeredAt
  const first = ringing(record, record?.endedAt)
  const second = ringing(record?.callee, record?.callee?.endedAt)
  const [a, b] = bridge === undefined ? [second, first] : [first, second]
  return {
    caller: bridge === undefined ? call.showNumber : call.calledNumber,
    callee: bridge?.to ?? call.calledNumber,
    callerShowNumber: call.showNumber,
    calleeShowNumber: bridge?.show ?? call.showNumber,
    gmtCreate: chinaTime(call.acceptedAt),
    startDate: timeOrEmpty(answered),
    endDate: answered === undefined ? '' : timeOrEmpty(record?.endedAt),
    duration: record?.durationSeconds ?? 0,
    state: record?.state ?? '',
    stateDesc: record?.state ?? '',
    aRingTime: a.from,
    aEndTime: a.to,
    bRingTime: b.from,
    bEndTime: b.to,
  }
}

/** When a phone rang: until its answer, or until it was given up. */
function ringing(leg: { ringingAt?: number; answeredAt?: number } | undefined, endedAt: number | undefined) {
  if (leg?.ringingAt === undefined) return { from: '', to: '' }
  return { from: chinaTime(leg.ringingAt), to: timeOrEmpty(leg.answeredAt ?? endedAt) }
}

function timeOrEmpty(wallMs: number | undefined): string {
  return wallMs === undefined ? '' : chinaTime(wallMs)
}
