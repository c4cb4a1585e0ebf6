import type { RoutableTrunk, TrunkState } from '../../domain/trunk/route-call.ts'
import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import { chinaDay } from '../../lib/china-time.ts'
import type { Clock } from '../../lib/clock.ts'
import type { TrunkBoardStore, TrunkStanding } from './trunk-board.ts'
import type { TrunkBook } from './trunk-book.ts'

/** A trunk, of the store or of some node's settings, and how it stands. */
export interface KnownTrunk {
  readonly profile: Omit<TrunkProfile, 'password'>
  readonly origin: 'store' | 'settings' | 'phones'
  /** On each living node that told of it. */
  readonly standings: readonly TrunkStanding[]
  /** Calls that were taken out of today's cap; `undefined` when it has no cap. */
  readonly callsToday: number | undefined
}

/** Every trunk that a living node uses, or may use. */
export async function knownTrunks(book: TrunkBook, board: TrunkBoardStore, clock: Clock): Promise<KnownTrunk[]> {
  const [stored, standings, days] = await Promise.all([
    book.list(),
    board.standings(),
    board.callsOfDay(chinaDay(clock.now())),
  ])
  const ofStore = stored.map(
    ({ hasPassword: _none, ...profile }): KnownTrunk => ({
      profile,
      origin: 'store',
      standings: standings.filter(({ trunk, origin }) => trunk === profile.name && origin === 'store'),
      callsToday: profile.callsPerDay === 0 ? undefined : (days.get(profile.name) ?? 0),
    }),
  )
  const own = standings.flatMap((standing): KnownTrunk[] => {
    const { profile, origin } = standing
    return profile === undefined ? [] : [{ profile, origin, standings: [standing], callsToday: undefined }]
  })
  return [...ofStore, ...own]
}

/** As the routing sees it: free when it is on some node, or when no node tells anything. */
export function asRoutable({ profile, standings }: KnownTrunk): RoutableTrunk {
  return { profile: { ...profile, password: '' }, state: stateOf(standings) }
}

function stateOf(standings: readonly TrunkStanding[]): TrunkState {
  const states = standings.map(({ state }) => state)
  return states.includes('free') ? 'free' : (states[0] ?? 'free')
}

/** The book of trunks with how they stand: what the administration works with. */
export function trunkAdmin(
  { trunks, trunkBoard }: { readonly trunks: TrunkBook; readonly trunkBoard: TrunkBoardStore },
  clock: Clock,
): Omit<TrunkBook, 'profiles'> & { known(): Promise<KnownTrunk[]> } {
  const { find, list, save, remove } = trunks
  return { find, list, save, remove, known: () => knownTrunks(trunks, trunkBoard, clock) }
}
