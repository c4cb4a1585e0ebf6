import { calleeOutcome } from '../../domain/call/double-call-outcome.ts'
import { outcomeWithEarlyMedia } from '../../domain/call/early-media.ts'
import type { Log } from '../../lib/log.ts'
import type { CallEnding, CallNews } from '../call-news.ts'
import { EarlyListening } from '../early-listening.ts'
import type { Leg, LegEnd, NetworkEar } from '../ports.ts'

/** What the second leg needs of its call. */
export interface SecondLegParts {
  readonly callId: string
  readonly news: CallNews
  readonly ear: NetworkEar | undefined
  readonly log: Log
  /** Aborted when the caller's leg has ended: what the callee does from then on is no news any more. */
  readonly callerGone: AbortSignal
}

/** The leg to the callee of a double call: what happens on it is told in the news of the call. */
export class SecondLeg {
  readonly leg: Leg
  /** Resolves at the answer, or with how it ended without one. */
  readonly rung: Promise<'answered' | CallEnding>
  /** Resolves when it is over, however it went. */
  readonly ended: Promise<LegEnd>

  constructor(leg: Leg, { callId, news, ear, log, callerGone }: SecondLegParts) {
    this.leg = leg
    const tell = (event: 'calleeRing' | 'calleeAnswer') => {
      if (!callerGone.aborted && news.knows(event)) news.move(event)
    }
    let isByAnnouncement = false
    const listening = new EarlyListening(leg, {
      callId,
      ear,
      log,
      onAnnouncement: () => {
        isByAnnouncement = true
        leg.hangUp()
      },
    })
    leg.once('ringing', () => tell('calleeRing'))
    this.ended = new Promise((resolve) => {
      leg.once('ended', (end) => {
        news.calleeEnded()
        resolve(end)
      })
    })
    this.rung = new Promise((resolve) => {
      leg.once('answered', () => {
        listening.end()
        tell('calleeAnswer')
        resolve('answered')
      })
      leg.once('ended', (end) => {
        const heard = listening.end()
        if (end.answered) return
        // Given up from here, and not by an announcement: how, the caller's leg tells.
        const said = end.outcome === 'cancelled' ? 'systemError' : end.outcome
        resolve({
          outcome: calleeOutcome(outcomeWithEarlyMedia(said, heard)),
          hangUpBy: 'here',
          ...(end.sipStatus === undefined || isByAnnouncement ? {} : { sipStatus: end.sipStatus }),
          ...(heard === undefined ? {} : { earlyMedia: heard }),
        })
      })
    })
  }

  /** Hangs up, and resolves when nothing is left of it. */
  async close(): Promise<void> {
    this.leg.hangUp()
    await this.ended
  }
}
