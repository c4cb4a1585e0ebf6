import type { RtpStatistics } from '../media.ts'
import { frameMs } from '../rtp/rtp-sender.ts'
import { g711WithoutConcealment, meanOpinionScore, ratingFactor } from './e-model.ts'

/** What a session counted; figures that were never measured are undefined. */
export type Counted = Omit<RtpStatistics, 'lossPercent' | 'mos' | 'roundTripMs' | 'farEnd'> & {
  roundTripMs: number | undefined
  farEnd: { packetsLost: number; jitterMs: number } | undefined
}

/** Adds to the counters of a session what follows from them: the share of loss, and how people would rate it. */
export function callQuality({ roundTripMs, farEnd, ...counted }: Counted): RtpStatistics {
  const { packetsReceived, packetsLost, packetsLate } = counted
  const percentOfExpected = (packets: number) => {
    const expected = packetsReceived + packetsLost
    return expected === 0 ? 0 : Math.min(100, (packets / expected) * 100)
  }
  // A packet is not sent before it is full; the network has half of the round trip.
  const delayMs = frameMs + (roundTripMs ?? 0) / 2
  const lossPercent = percentOfExpected(packetsLost + packetsLate)
  const R = ratingFactor({ lossPercent, delayMs, codec: g711WithoutConcealment })
  return {
    ...counted,
    lossPercent: percentOfExpected(packetsLost),
    ...(packetsReceived > 0 && { mos: meanOpinionScore(R) }),
    ...(roundTripMs !== undefined && { roundTripMs }),
    ...(farEnd !== undefined && { farEnd }),
  }
}
