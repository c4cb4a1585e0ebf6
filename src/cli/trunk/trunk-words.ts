import type { RouteExplanation, WrittenInvite } from '../../domain/trunk/explain-route.ts'
import type { KnownTrunk, ShownTrunk, TrunkStanding } from '../../domain/trunk/known-trunk.ts'
import { tableOr } from '../output.ts'

const noTrunk = "There is no trunk. 'yuyin trunk add <name> --host <host> --allow <list>' makes one."

/** All trunks in a table, a line for each node that told of it. */
export function trunkTable(trunks: readonly KnownTrunk[]): string {
  const header = ['trunk', 'next hop', 'state', 'calls', 'taken today', 'may dial', 'node']
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
      ])
    }),
  )
}

function stateWords({ profile }: KnownTrunk, { health, why, registration }: TrunkStanding): string {
  if (!profile.enabled) return 'disabled'
  return [`${health}: ${why}`, ...(registration === undefined ? [] : [registration])].join('; ')
}

/** One trunk, a line for each part of its profile. */
export function trunkLines({ name, host, hasPassword, ...rest }: ShownTrunk): string {
  const lines = Object.entries({ name, host, ...rest }).map(([name, value]) => `${name.padEnd(18)}${valueWords(value)}`)
  return [...lines, `${'password'.padEnd(18)}${hasPassword ? 'set' : 'none'}`].join('\n')
}

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(ruleWords).join(' ') || 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return value === '' ? 'none' : String(value)
}

function ruleWords(one: unknown): string {
  const isRule = typeof one === 'object' && one !== null && 'from' in one && 'to' in one
  return isRule ? `${String(one.from)}:${String(one.to)}` : String(one)
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
