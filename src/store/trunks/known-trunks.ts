import type { KnownTrunk } from '../../domain/trunk/known-trunk.ts'
import { chinaDay } from '../../lib/china-time.ts'
import type { Clock } from '../../lib/clock.ts'
import type { TrunkBoardStore } from './trunk-board.ts'
import type { TrunkBook } from './trunk-book.ts'

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

/** The book of trunks with how they stand: what the administration works with. */
export function trunkAdmin(
  { trunks, trunkBoard }: { readonly trunks: TrunkBook; readonly trunkBoard: TrunkBoardStore },
  clock: Clock,
): Omit<TrunkBook, 'profiles'> & { known(): Promise<KnownTrunk[]> } {
  const { find, list, save, remove } = trunks
  return { find, list, save, remove, known: () => knownTrunks(trunks, trunkBoard, clock) }
}
