/** A stretch of a tone. */
export interface ToneStretch {
  /** What sounds together; nothing: a pause. */
  readonly hz: readonly number[]
  readonly ms: number
}

const on = (ms: number): ToneStretch => ({ hz: [450], ms })
const off = (ms: number): ToneStretch => ({ hz: [], ms })

/**
 * One period of each call-progress tone of mainland China: 450 Hz in the cadences of GF 002-9002, as ITU-T E.180
 * Supplement 2 lists them too. The special information tone is that of ITU-T E.180 §6.
 */
export const chineseTones = {
  ringback: [on(1000), off(4000)],
  callWaiting: [on(400), off(4000)],
  busy: [on(350), off(350)],
  congestion: [on(700), off(700)],
  vacantNumber: [on(100), off(100), on(100), off(100), on(100), off(100), on(400), off(400)],
  specialInformation: [{ hz: [950], ms: 330 }, { hz: [1400], ms: 330 }, { hz: [1800], ms: 330 }, off(1000)],
} as const satisfies Record<string, readonly ToneStretch[]>
