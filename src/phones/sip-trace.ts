import type { SipMessageEvent } from '../sip/user-agent.types.ts'

/**
 * Brings the messages of a SIP user agent to the calls they belong to. A user agent reports a message before the call it
 * opens is known, so the first messages of each Call-ID are kept for a while.
 */
export interface SipTrace {
  /** To be given to the user agent as its `onMessage`. */
  readonly onMessage: (event: SipMessageEvent) => void
  /** When the first message of a call came that nobody follows yet: wall time, milliseconds. */
  firstSeenAt(sipCallId: string): number | undefined
  /** Tells the listener of the call's messages, those already seen first. @returns what ends it */
  follow(sipCallId: string, listener: (event: SipMessageEvent) => void): () => void
}

/** Call-IDs whose messages are kept until somebody follows them; the oldest goes first. */
const mostUnclaimedCalls = 256
const mostUnclaimedMessages = 16

/** Makes a trace: give it to `startUserAgent({ onMessage: trace.onMessage })` and to `startPhones({ trace })`. */
export function makeSipTrace(): SipTrace {
  const listeners = new Map<string, (event: SipMessageEvent) => void>()
  const unclaimed = new Map<string, SipMessageEvent[]>()

  const keep = (event: SipMessageEvent) => {
    const kept = unclaimed.get(event.callId)
    if (kept !== undefined) {
      if (kept.length < mostUnclaimedMessages) kept.push(event)
      return
    }
    unclaimed.set(event.callId, [event])
    const [oldest] = unclaimed.keys()
    if (unclaimed.size > mostUnclaimedCalls && oldest !== undefined) unclaimed.delete(oldest)
  }

  return {
    onMessage(event) {
      const listener = listeners.get(event.callId)
      if (listener === undefined) keep(event)
      else listener(event)
    },
    firstSeenAt: (sipCallId) => unclaimed.get(sipCallId)?.[0]?.at,
    follow(sipCallId, listener) {
      const kept = unclaimed.get(sipCallId) ?? []
      unclaimed.delete(sipCallId)
      listeners.set(sipCallId, listener)
      kept.forEach(listener)
      return () => {
        if (listeners.get(sipCallId) === listener) listeners.delete(sipCallId)
      }
    },
  }
}
