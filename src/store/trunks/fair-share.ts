/** What one node holds of the caps of a trunk. Calls per second in thousandths. */
export interface HeldShare {
  readonly channels: number
  readonly callsPerSecondE3: number
}

export interface ShareQuestion {
  /** The caps of the trunk; 0 calls per second: no limit. */
  readonly cap: { readonly channels: number; readonly callsPerSecond: number }
  /** Living nodes, this one included, and the place of this one among them, from 0. */
  readonly nodes: number
  readonly place: number
  /** Channels that this node uses at this moment. */
  readonly used: number
  /** What the other living nodes hold together. */
  readonly others: HeldShare
}

/**
 * The share of this node: its part of the cap, or what it uses already, but never more than the others leave. A node that
 * holds too much gives it back as its calls end; until then the others wait. So the sum never exceeds the cap.
 *
 * Calls per second are divided by whole calls: halves of one, taken in the same moment, would be more than the carrier counts
 * in that second. With more nodes than calls per second some nodes have none, and leave the calls to the others.
 */
export function fairShare({ cap, nodes, place, used, others }: ShareQuestion): HeldShare {
  return {
    channels: leftOf(cap.channels, Math.max(used, partOf(cap.channels, nodes, place)), others.channels),
    callsPerSecondE3: leftOf(
      cap.callsPerSecond * 1000,
      partOf(cap.callsPerSecond, nodes, place) * 1000,
      others.callsPerSecondE3,
    ),
  }
}

/** The remainder goes to the first ones, one each. */
function partOf(whole: number, nodes: number, place: number): number {
  return Math.floor(whole / nodes) + (place < whole % nodes ? 1 : 0)
}

function leftOf(cap: number, wanted: number, others: number): number {
  return Math.max(0, Math.min(wanted, cap - others))
}
