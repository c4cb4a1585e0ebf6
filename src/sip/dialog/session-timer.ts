import type { Timer } from '../../lib/clock.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { speaks } from '../message/option-tags.ts'
import {
  formatSessionExpires,
  leastSessionSeconds,
  type Refresher,
  readMinSe,
  readSessionExpires,
  type SessionExpires,
} from '../message/session-expires.ts'
import type { CallTools } from './call-tools.ts'
import type { HeaderPair } from './dialog-headers.ts'

/** What a timer can hold and no call lasts, seconds: a longer interval is treated as this one. */
const mostServedSeconds = 20 * 86_400

/** A far end that answers 422 again and again, with more each time, is not followed further. */
const mostRaises = 3

/** What a session timer asks of its call. */
export interface SessionOwner {
  /** The session is to be refreshed. Asked again after a while, until a refresh was accepted or the session expires. */
  refresh(): void
  /** Nobody refreshed the session in time: the far end, or the way to it, is gone. */
  expired(): void
}

/** The session interval of callers who name none, seconds: what RFC 4028 §4 recommends. */
const usualSessionSeconds = 1800

/** A session is given up so long before its end, so that the BYE still finds its way (RFC 4028 §10). */
const mostHasteSeconds = 32

/** A far end that names less than the least allowed is served, but does not make this end refresh without a pause. */
const leastServedSeconds = 10

/** Whether both ends of a call are still there, asked from time to time (RFC 4028). One side refreshes, both watch. */
export class SessionTimer {
  readonly #tools: CallTools
  readonly #owner: SessionOwner
  #wantedSeconds: number
  #leastSeconds = leastSessionSeconds
  /** The interval both agreed on; without one nobody refreshes and nothing expires. */
  #agreedSeconds: number | undefined
  #isMine = false
  /** 422s since a request was accepted. */
  #raises = 0
  #refresh: Timer | undefined
  #expiry: Timer | undefined

  /** @param wantedSeconds interval that requests of ours ask for, at least 90; 0 for no session timer */
  constructor(tools: CallTools, owner: SessionOwner, wantedSeconds = usualSessionSeconds) {
    this.#tools = tools
    this.#owner = owner
    this.#wantedSeconds = wantedSeconds === 0 ? 0 : Math.max(wantedSeconds, leastSessionSeconds)
  }

  /** The agreed interval in seconds and who refreshes, for whoever looks on. */
  describe(): { seconds: number; refresher: 'here' | 'there' } | undefined {
    if (this.#agreedSeconds === undefined) return undefined
    return { seconds: this.#agreedSeconds, refresher: this.#isMine ? 'here' : 'there' }
  }

  get isOff(): boolean {
    return this.#wantedSeconds === 0 && this.#agreedSeconds === undefined
  }

  /** Headers of an INVITE from here (RFC 4028 §7.1): the far end may choose who refreshes. */
  inviteHeaders(): HeaderPair[] {
    return this.#wantedSeconds === 0 ? [] : this.#headers({ seconds: this.#wantedSeconds })
  }

  /** Headers of a re-INVITE or UPDATE from here (RFC 4028 §7.4): who refreshes stays as it was. */
  refreshHeaders(): HeaderPair[] {
    if (this.#agreedSeconds === undefined) return []
    return this.#headers({ seconds: this.#agreedSeconds, refresher: this.#isMine ? 'uac' : 'uas' })
  }

  #headers(expires: SessionExpires): HeaderPair[] {
    const least = this.#leastSeconds > leastSessionSeconds ? [['min-se', String(this.#leastSeconds)] as const] : []
    return [['session-expires', formatSessionExpires(expires)], ...least]
  }

  /** A 2xx came to a request with these headers: the session is refreshed, or has no end (RFC 4028 §7.2). */
  accepted({ headers }: SipResponse): void {
    this.#raises = 0
    if (this.isOff) return
    const agreed = readSessionExpires(headers)
    this.stop()
    if (agreed !== undefined) this.#run(agreed.seconds, agreed.refresher !== 'uas')
  }

  /** A 422 came (RFC 4028 §7.3). @returns whether the request may be sent again, with the longer interval it asks for */
  raisedBy({ headers }: SipResponse): boolean {
    const least = readMinSe(headers)
    if (this.isOff || least <= (this.#agreedSeconds ?? this.#wantedSeconds) || ++this.#raises > mostRaises) return false
    this.#leastSeconds = least
    this.#wantedSeconds = least
    if (this.#agreedSeconds !== undefined) this.#agreedSeconds = least
    return true
  }

  /**
   * Headers of our 2xx to an INVITE, re-INVITE or UPDATE (RFC 4028 §9 and its table 2), and the session begins anew. A far
   * end that knows nothing of session timers is asked for nothing.
   */
  answerHeaders({ headers }: SipRequest): HeaderPair[] {
    const asked = readSessionExpires(headers)
    const seconds = asked === undefined ? this.#agreedSeconds : Math.max(asked.seconds, readMinSe(headers))
    if (seconds === undefined) return []
    const usual: Refresher = this.#agreedSeconds !== undefined && this.#isMine ? 'uas' : 'uac'
    const refresher = speaks(headers, 'timer') ? (asked?.refresher ?? usual) : 'uas'
    this.stop()
    this.#run(seconds, refresher === 'uas')
    const expires = ['session-expires', formatSessionExpires({ seconds, refresher })] as const
    return refresher === 'uac' ? [expires, ['require', 'timer']] : [expires]
  }

  /** The call is over, or has no session timer any more. */
  stop(): void {
    this.#refresh?.cancel()
    this.#expiry?.cancel()
    this.#agreedSeconds = undefined
  }

  #run(agreedSeconds: number, isMine: boolean): void {
    const { clock } = this.#tools
    const seconds = Math.min(Math.max(agreedSeconds, leastServedSeconds), mostServedSeconds)
    this.#agreedSeconds = seconds
    this.#isMine = isMine
    // RFC 4028 §10: half of the interval leaves time for another try.
    if (isMine) this.#refresh = clock.after(seconds * 500, () => this.#ask(seconds))
    this.#expiry = clock.after((seconds - Math.min(mostHasteSeconds, seconds / 3)) * 1000, () => {
      this.stop()
      this.#owner.expired()
    })
  }

  #ask(seconds: number): void {
    this.#refresh = this.#tools.clock.after(seconds * 50, () => this.#ask(seconds))
    this.#owner.refresh()
  }
}
