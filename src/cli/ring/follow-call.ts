import type { Clock } from '../../lib/clock.ts'
import { CommandError } from '../output.ts'
import { StreamBroken } from './event-stream.ts'
import { followPhone, type PhoneEvent, type PhoneWatcher } from './follow-phone.ts'
import type { CallDetail } from './place-call.ts'

/** The record is looked for this often. */
const recordPollMs = 300
/** How long the record may take after the phone is silent, and the phone's story after the record. */
const lastWordMs = 15_000

/** What became of a call. */
export interface FollowedCall {
  readonly detail: CallDetail
  /** The virtual phone's record of the call; `undefined` when no virtual phone was reached. */
  readonly seen: PhoneEvent | undefined
}

/**
 * Follows a call until it has its record and, when a virtual phone was reached, that has told its story to the end. A call
 * that never reaches a phone (it waited too long, its prompt could not be spoken) ends with its record alone.
 *
 * @param askDetail asks the API for the record: `state` is empty while the call lives
 * @param events of the virtual phone; `undefined` where there is none
 * @throws {CommandError} when the phone is silent but no record appears
 */
export async function followCall(
  call: { readonly callId: string; readonly startedAt: number },
  askDetail: () => Promise<CallDetail | undefined>,
  events: AsyncGenerator<[string, PhoneEvent]> | undefined,
  watcher: PhoneWatcher,
  clock: Clock,
): Promise<FollowedCall> {
  const over = new AbortController()
  try {
    const pause = (ms: number) => pauseUntil(ms, clock, over.signal)
    const record = untilRecorded(askDetail, pause)
    if (events === undefined) return { detail: await record, seen: undefined }
    let isReached = false
    const told = followPhone(events, call, { ...watcher, onCalled: () => (isReached = true) })
    const story = untilBroken(told, () => {
      const atMs = Math.max(0, clock.now() - call.startedAt)
      watcher.onRung({ atMs, kind: 'note', text: '! the connection broke that told of the phone' })
    })
    const seen = await Promise.race([story, record.then(() => undefined)])
    const detail = await (seen === undefined ? record : Promise.race([record, pause(lastWordMs)]))
    if (detail === undefined) throw noRecord(call.callId)
    return { detail, seen: seen ?? (isReached ? await Promise.race([story, pause(lastWordMs)]) : undefined) }
  } finally {
    over.abort()
  }
}

/** A stream that broke tells no more; whether the node still lives, the record will tell. */
async function untilBroken(
  story: Promise<PhoneEvent | undefined>,
  onBroken: () => void,
): Promise<PhoneEvent | undefined> {
  try {
    return await story
  } catch (error) {
    if (!(error instanceof StreamBroken)) throw error
    onBroken()
    return undefined
  }
}

async function untilRecorded(
  askDetail: () => Promise<CallDetail | undefined>,
  pause: (ms: number) => Promise<undefined>,
): Promise<CallDetail> {
  while (true) {
    const detail = await askDetail()
    if (detail !== undefined && detail.state !== '') return detail
    await pause(recordPollMs)
  }
}

/** Never resolves once it is over: nobody waits any more, and no timer keeps the process alive. */
function pauseUntil(ms: number, clock: Clock, over: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const cancel = () => timer.cancel()
    const timer = clock.after(ms, () => {
      over.removeEventListener('abort', cancel)
      resolve(undefined)
    })
    if (over.aborted) cancel()
    else over.addEventListener('abort', cancel, { once: true })
  })
}

function noRecord(callId: string): CommandError {
  return new CommandError(
    `call ${callId} ended, but its record did not appear within ${lastWordMs / 1000} s; the log of the node tells why`,
  )
}
