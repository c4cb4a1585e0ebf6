import type { CallOutcome } from '../domain/call/call-outcome.ts'
import { callerOutcome } from '../domain/call/double-call-outcome.ts'
import { type EarlyMediaFinding, outcomeWithEarlyMedia } from '../domain/call/early-media.ts'
import type { CallEnding } from './call-news.ts'
import type { LegEnd } from './ports.ts'

/** Why this end gave a call up: the node goes down, or the account called the call off. */
export type GivenUp = 'node' | 'account'

/** What is known of a call when its first leg ends. */
export interface CallFacts {
  readonly isDouble: boolean
  readonly givenUp: GivenUp | undefined
}

/** How a call ends, and by which move. */
export interface Ending {
  readonly event: 'fail' | 'hangUp' | 'cancel'
  readonly how: CallEnding
}

/**
 * A call whose first leg was not answered.
 *
 * @param heard what the network was heard to play; with `endedIt` it is why this end hung up
 */
export function endOfUnanswered(
  end: { readonly outcome: CallOutcome; readonly sipStatus?: number },
  heard: { readonly finding: EarlyMediaFinding | undefined; readonly endedIt: boolean },
  { isDouble, givenUp }: CallFacts,
): Ending {
  const earlyMedia = heard.finding === undefined ? {} : { earlyMedia: heard.finding }
  if (givenUp === 'account') {
    return { event: 'cancel', how: { outcome: 'cancelled', hangUpBy: 'here', ...earlyMedia } }
  }
  // Given up from here, by this node and not by whoever asked for the call.
  const said = end.outcome === 'cancelled' ? 'systemError' : end.outcome
  const outcome = outcomeWithEarlyMedia(said, heard.finding)
  const sipStatus = end.sipStatus === undefined || heard.endedIt ? {} : { sipStatus: end.sipStatus }
  return {
    event: 'fail',
    how: { outcome: isDouble ? callerOutcome(outcome) : outcome, hangUpBy: 'here', ...earlyMedia, ...sipStatus },
  }
}

/**
 * A call whose first leg was answered and has ended.
 *
 * @param verdict what its script came to, if it came to anything before the line ended
 * @param isConnected whether the two of a double call were talking
 */
export function endOfAnswered(
  end: LegEnd & { answered: true },
  verdict: CallEnding | undefined,
  { isDouble, givenUp, isConnected }: CallFacts & { readonly isConnected: boolean },
): Ending {
  if (verdict === undefined && givenUp === 'account') {
    return { event: 'cancel', how: { outcome: isConnected ? 'cutShort' : 'cancelled', hangUpBy: 'here' } }
  }
  if ('broken' in end) {
    const lost = { outcome: end.by === 'network' ? 'lineLost' : 'systemError', hangUpBy: end.by } as const
    return { event: 'fail', how: verdict ?? lost }
  }
  if (isDouble) return { event: 'hangUp', how: verdict ?? endByCaller(end.by, isConnected) }
  const outcome = verdict?.outcome ?? (end.by === 'callee' ? 'hungUpEarly' : 'systemError')
  return { event: 'hangUp', how: { outcome, hangUpBy: end.by } }
}

/** The first leg of a double call, that of its caller, ended before the second one: by its far end, or by this node. */
function endByCaller(by: 'callee' | 'here', isConnected: boolean): CallEnding {
  if (by === 'here') return { outcome: 'systemError', hangUpBy: 'here' }
  return { outcome: isConnected ? 'connected' : 'callerGaveUp', hangUpBy: 'caller' }
}
