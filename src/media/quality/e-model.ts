/**
 * The E-model (ITU-T G.107, narrowband): how people would rate a conversation, from what is known of the line. The
 * names are those of the recommendation, so that its formulas can be found again; loudness and noise are its defaults
 * (table 2), which describe an ordinary telephone in an ordinary room.
 */

/** What the network did to a call. */
export interface LineImpairments {
  /** Share of packets that were not heard, 0 … 100 (Ppl). */
  lossPercent: number
  /** One way, milliseconds (T, Ta; the round trip is twice that). */
  delayMs: number
  /** What the codec takes away by itself (Ie) and how it bears loss (Bpl): ITU-T G.113 appendix I. */
  codec: { Ie: number; Bpl: number }
  /** How bursty the loss is; 1 is random (BurstR). */
  BurstR?: number
}

/** G.711 without concealment of lost packets (ITU-T G.113 appendix I): what we play in their place is silence. */
export const g711WithoutConcealment = { Ie: 0, Bpl: 4.3 } as const

/** Table 2 of the recommendation. dB, dBm0p and dB(A). */
const SLR = 8
const RLR = 2
const STMR = 15
const Ds = 3
const Dr = 3
const TELR = 65
const WEPL = 110
const qdu = 1
const Nc = -70
const Nfor = -64
const Ps = 35
const Pr = 35
/** Advantage factor: nobody is forgiven anything for being mobile. */
const A = 0

const OLR = SLR + RLR
const log2 = (x: number) => Math.log(x) / Math.LN2
const powerSum = (...levels: number[]) => 10 * Math.log10(levels.reduce((sum, level) => sum + 10 ** (level / 10), 0))

/** The rating factor R, 0 (unusable) … 93.2 (as good as such a line can be). G.107 §7.1. */
export function ratingFactor(line: LineImpairments): number {
  const No = circuitNoise()
  const Ro = 15 - 1.5 * (SLR + No)
  const R = Ro - simultaneous(Ro, No, line.delayMs) - delayed(Ro, No, line.delayMs) - equipment(line) + A
  return Math.min(100, Math.max(0, R))
}

/** The mean opinion score that belongs to a rating: 1 (bad) … 4.5 (excellent). G.107 annex B. */
export function meanOpinionScore(R: number): number {
  if (R <= 0) return 1
  if (R >= 100) return 4.5
  // Below 6.5 the polynomial dips under 1, which no opinion can.
  return Math.max(1, 1 + 0.035 * R + R * (R - 60) * (100 - R) * 7e-6)
}

/** §7.2: all noise at the 0 dBr point. */
function circuitNoise(): number {
  const Nos = Ps - SLR - Ds - 100 + 0.004 * (Ps - OLR - Ds - 14) ** 2
  const LSTR = STMR + Dr
  const Pre = Pr + 10 * Math.log10(1 + 10 ** ((10 - LSTR) / 10))
  const Nor = RLR - 121 + Pre + 0.008 * (Pre - 35) ** 2
  const Nfo = Nfor + RLR
  return powerSum(Nc, Nos, Nor, Nfo)
}

/** §7.3 Is: what comes with the voice: too loud a line, side tone, quantizing. */
function simultaneous(Ro: number, No: number, T: number): number {
  const Xolr = OLR + 0.2 * (64 + No - RLR)
  const Iolr = 20 * ((1 + (Xolr / 8) ** 8) ** (1 / 8) - Xolr / 8)
  const STMRo = -10 * Math.log10(10 ** (-STMR / 10) + Math.exp(-T / 4) * 10 ** (-TELR / 10))
  const Ist =
    12 * (1 + ((STMRo - 13) / 6) ** 8) ** (1 / 8) -
    28 * (1 + ((STMRo + 1) / 19.4) ** 35) ** (1 / 35) -
    13 * (1 + ((STMRo - 3) / 33) ** 13) ** (1 / 13) +
    29
  const Q = 37 - 15 * Math.log10(qdu)
  const G = 1.07 + 0.258 * Q + 0.0602 * Q ** 2
  const Y = (Ro - 100) / 15 + 46 / 8.4 - G / 9
  const Z = 46 / 30 - G / 40
  const Iq = 15 * Math.log10(1 + 10 ** Y + 10 ** Z)
  return Iolr + Ist + Iq
}

/** §7.4 Id: what comes late: echoes of the talker and of the listener, and delay as such. */
function delayed(Ro: number, No: number, Ta: number): number {
  const T = Ta
  const Tr = 2 * Ta
  const TERV = TELR - 40 * Math.log10((1 + T / 10) / (1 + T / 150)) + 6 * Math.exp(-0.3 * T ** 2)
  const Roe = -1.5 * (No - RLR)
  const Re = 80 + 2.5 * (TERV - 14)
  const Idte = ((Roe - Re) / 2 + Math.sqrt((Roe - Re) ** 2 / 4 + 100) - 1) * (1 - Math.exp(-T))
  const Rle = 10.5 * (WEPL + 7) * (Tr + 1) ** -0.25
  const Idle = (Ro - Rle) / 2 + Math.sqrt((Ro - Rle) ** 2 / 4 + 169)
  return Idte + Idle + absoluteDelay(Ta)
}

/** §7.4 Idd: nothing up to 100 ms. */
function absoluteDelay(Ta: number): number {
  if (Ta <= 100) return 0
  const X = log2(Ta / 100)
  return 25 * ((1 + X ** 6) ** (1 / 6) - 3 * (1 + (X / 3) ** 6) ** (1 / 6) + 2)
}

/** §7.5 Ie,eff: the codec, and the packets that were lost. */
function equipment({ codec, lossPercent, BurstR = 1 }: LineImpairments): number {
  const { Ie, Bpl } = codec
  return Ie + (95 - Ie) * (lossPercent / (lossPercent / BurstR + Bpl))
}
