import type { RouteExplanation, WrittenInvite } from '../../domain/trunk/explain-route.ts'
import type { KnownTrunk, ShownTrunk, TrunkStanding } from '../../domain/trunk/known-trunk.ts'
import { table, tableOr } from '../output.ts'
import { profileRows } from './profile-options.ts'

const noTrunk = "There is no trunk. 'yuyin trunk add <name> --host <host> --allow <list>' makes one."

/** All trunks in a table, a line for each node that told of it. */
export function trunkTable(trunks: readonly KnownTrunk[]): string {
  const header = ['trunk', 'next hop', 'state', 'calls', 'taken today', 'may dial', 'node', 'last heard of it']
  return tableOr(
    noTrunk,
    header,
    trunks.flatMap((trunk) => {
      const { profile, callsToday } = trunk
      const rows = trunk.standings.length === 0 ? [undefined] : trunk.standings
      return rows.map((standing) => [
        profile.name,
        `${profile.host}${profile.port === 0 ? '' : `:${profile.port}`} ${profile.transport}`,
        standing === undefined ? (profile.enabled ? 'no node uses it' : 'disabled') : stateWords(trunk, standing),
        standing === undefined ? '' : `${standing.calls} of ${profile.channels}`,
        callsToday === undefined ? '' : `${callsToday} of ${profile.callsPerDay}`,
        profile.destinations.join(' ') || 'nothing',
        standing?.nodeId ?? '',
        standing?.why ?? '',
      ])
    }),
  )
}

function stateWords({ profile }: KnownTrunk, { health, registration }: TrunkStanding): string {
  if (!profile.enabled) return 'disabled'
  return registration === undefined ? health : `${health}; ${registration}`
}

/** One trunk in the words of the options that set it, a line for each. */
export function trunkLines({ name, enabled, hasPassword, ...facts }: ShownTrunk): string {
  const rows = profileRows(facts).map(([option, value, meaning]) => [option, value || 'none', meaning])
  const password = ['password', hasPassword ? 'set' : 'none', 'never shown']
  return table(['trunk', name, enabled ? '' : 'disabled: it takes no calls'], [...rows, password])
}

const verdictWords: Readonly<Record<RouteExplanation['verdict'], string>> = {
  dial: '',
  wait: 'No trunk can take it now: such a call waits in the queue.',
  never: 'No trunk may carry it: such a call ends as restricted (200012) without ringing.',
}

function calleeSees({ shown, headers }: WrittenInvite): string {
  if (shown !== '') return `The callee sees ${shown}.`
  if (headers.includes('Privacy: id')) return 'The callee sees no number: the trunk hides it (--privacy).'
  return 'The callee sees no number: neither the call (--show) nor the trunk (--own-number) has one.'
}

/** A dry run in plain words. @param isTold whether any node told how its trunks stand */
export function routeWords(
  { number, show, verdict, candidates, leftOut }: RouteExplanation & { number: string; show: string },
  isTold: boolean,
): string {
  const lines = [show === '' ? number : `${number}, with the number ${show}`, '']
  for (const { trunk, percent, priority, invite } of candidates) {
    const share = percent === 0 ? 'only when those before it do not take the call' : `tried first by ${percent} %`
    lines.push(`  ${trunk}  priority ${priority}, ${share}`)
    lines.push(`    INVITE ${invite.requestUri}`, `    From: ${invite.from}`)
    lines.push(...invite.headers.map((header) => `    ${header}`), `    ${calleeSees(invite)}`, '')
  }
  if (verdict !== 'dial') lines.push(`  ${verdictWords[verdict]}`, '')
  for (const { trunk, words } of leftOut) lines.push(`  not ${trunk}: ${words}`)
  if (leftOut.length > 0) lines.push('')
  if (!isTold) lines.push('  No node runs on this database: lines and health are not looked at.')
  return lines.join('\n').trimEnd()
}
