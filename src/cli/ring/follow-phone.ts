import type { Rung } from './ladder.ts'

/** What a virtual phone tells while it is called. */
export interface PhoneWatcher {
  /** The call has come to the phone. */
  onCalled?(): void
  onRung(rung: Rung): void
  /** A line that is overwritten by the next: `ringing`, `hearing 2.0 s`. */
  onProgress(text: string): void
}

/** What stands in the events of a phone, as far as it is shown; the last one is the record of the call. */
export interface PhoneEvent {
  readonly id: string
  readonly at: number
  readonly callId?: string
  readonly number?: string
  readonly direction?: 'sent' | 'received'
  readonly summary?: string
  readonly state?: string
  readonly heardSeconds?: number
  readonly heardMs?: number
  readonly key?: string
  readonly keys?: string
  readonly text?: string
  /** Of the record: who ended the call, and how. */
  readonly end?: { readonly by: string; readonly how: string }
}

/**
 * Follows one call on a virtual phone until it ends there. Events of other calls to the same phone are passed over.
 *
 * @param call.startedAt wall milliseconds of the request: times of rungs count from it
 * @returns the phone's record of the call, `undefined` when the stream ended before
 */
export async function followPhone(
  events: AsyncGenerator<[string, PhoneEvent]>,
  call: { readonly callId: string; readonly startedAt: number },
  watcher: PhoneWatcher,
): Promise<PhoneEvent | undefined> {
  let ours: string | undefined
  for await (const [name, news] of events) {
    if (name === 'call' && news.callId === call.callId) {
      ours = news.id
      watcher.onCalled?.()
    }
    if (news.id !== ours) continue
    if (name === 'ended') return news
    tell(name, news, call.startedAt, watcher)
  }
  return undefined
}

function tell(event: string, news: PhoneEvent, startedAt: number, watcher: PhoneWatcher): void {
  const atMs = Math.max(0, news.at - startedAt)
  const note = (text: string) => watcher.onRung({ atMs, kind: 'note', text })
  if (event === 'sip') {
    watcher.onRung({ atMs, kind: 'message', toPhone: news.direction === 'received', summary: news.summary ?? '' })
  } else if (event === 'state') {
    watcher.onProgress(stateWords[news.state ?? ''] ?? '')
  } else if (event === 'heard') {
    watcher.onProgress(`the phone hears: ${(news.heardSeconds ?? 0).toFixed(0)} s`)
  } else if (event === 'audio') {
    note('♪ first audio arrives')
  } else if (event === 'keyHeard') {
    note(`key ${news.key ?? ''} arrives`)
  } else if (event === 'keysPressed') {
    note(`the phone presses ${news.keys ?? ''}`)
  } else if (event === 'problem') {
    note(`! ${news.text ?? ''}`)
  }
}

const stateWords: Readonly<Record<string, string>> = {
  called: 'calling',
  ringing: 'ringing',
  announcing: 'an announcement plays before the answer',
  answering: 'answering',
  answered: 'the phone hears: 0 s',
}
