/** The timers of RFC 3261 table 4 and RFC 6026 §8.11. */
export type TimerName = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M'

/** The three times all timers are made of, milliseconds (RFC 3261 §17.1.1.2). */
export interface TimerBase {
  /** Estimate of the round trip. */
  t1Ms: number
  /** Longest pause between two retransmissions of anything but an INVITE. */
  t2Ms: number
  /** How long a message may stay in the network. */
  t4Ms: number
}

/** T2 and T4 in their usual proportion to T1: 500, 4000 and 5000 ms. */
export function timerBase(t1Ms = 500): TimerBase {
  return { t1Ms, t2Ms: 8 * t1Ms, t4Ms: 10 * t1Ms }
}

/** How long a transaction waits for an answer, or for an ACK: 64·T1. */
export function transactionTimeoutMs({ t1Ms }: TimerBase): number {
  return 64 * t1Ms
}

/**
 * How long a timer runs, milliseconds.
 *
 * @param round how often the timer has fired already: retransmissions double their pause
 * @param isReliable over TCP nothing is retransmitted (`undefined`) and nothing is waited for that only UDP can repeat (0)
 */
export function timerMs(timer: TimerName, base: TimerBase, round: number, isReliable: boolean): number | undefined {
  const { t1Ms, t2Ms, t4Ms } = base
  switch (timer) {
    case 'A':
      return isReliable ? undefined : t1Ms * 2 ** round
    case 'E':
    case 'G':
      return isReliable ? undefined : Math.min(t1Ms * 2 ** round, t2Ms)
    case 'B':
    case 'F':
    case 'H':
    case 'L':
    case 'M':
      return transactionTimeoutMs(base)
    case 'D':
    case 'J':
      return isReliable ? 0 : transactionTimeoutMs(base)
    case 'I':
    case 'K':
      return isReliable ? 0 : t4Ms
  }
}
