import { readPhoneNumber } from '../../domain/phone-number.ts'
import { explainRoute } from '../../domain/trunk/explain-route.ts'
import { asRoutable, type KnownTrunk, type TrunkStanding } from '../../domain/trunk/known-trunk.ts'
import { leftOutReasons } from '../../domain/trunk/route-call.ts'
import { usualTrunk } from '../../domain/trunk/trunk-profile.ts'
import { AdminError } from '../errors.ts'
import { trunkName } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { route } from '../route.ts'
import { list, optional, record } from '../schema/records.ts'
import { boolean, choice, integer, text, time, timeOf } from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'
import { trunkFacts, wantedFacts } from './trunk-fields.ts'

/** Ways to the telephone network. Every node follows a change within a second; calls on a trunk go on. */
const trunkResource = resource({
  noun: 'Trunk',
  plural: 'Trunks',
  one: 'a trunk',
  all: 'the trunks',
  path: '/trunks/{trunkName}',
  key: (trunk) => trunk.name,
  thing: named('Trunk', record({ name: trunkName, ...trunkFacts, hasPassword: boolean() })),
  scope: 'service',
  read: 'viewer',
  write: 'operator',
  find: (params, { trunks }) => trunks.find(params.trunkName),
  list: (_asked, { trunks }) => trunks.list(),
  wanted: named(
    'WantedTrunk',
    record({
      ...wantedFacts,
      password: optional(described('Never answered. Left out: it stays.', text({ min: 0, max: 200 }))),
    }),
  ),
  put({ params, wanted }, { trunks }) {
    const { password: _none, ...usual } = usualTrunk
    return trunks.save({ ...usual, ...wanted, name: params.trunkName })
  },
  remove: (params, { trunks }) => trunks.remove(params.trunkName),
})

const standing = record({
  trunk: text({ max: 40 }),
  origin: choice('store', 'settings', 'phones'),
  node: text({ max: 100 }),
  health: choice('unknown', 'up', 'down', 'resting'),
  why: described('What was last heard of it.', text({ min: 0, max: 500 })),
  registration: optional(text({ max: 500 })),
  calls: described('Calls on it.', integer({ min: 0, max: 1_000_000 })),
  room: described('Calls that it can take now.', integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  callsToday: optional(described('Taken out of the cap of the day.', integer({ min: 0, max: 100_000_000 }))),
  toldAt: time(),
})

const reasons = Object.keys(leftOutReasons)

export const trunkRoutes = [
  ...trunkResource,
  route({
    name: 'listTrunkStandings',
    method: 'GET',
    path: '/trunk-standings',
    summary: 'Tells how every trunk stands on each living node: health, registration, calls, room.',
    role: 'viewer',
    scope: 'service',
    answer: named('TrunkStandings', record({ items: list(named('TrunkStanding', standing), { max: 10_000 }) })),
    run: async (_asked, { trunks }) => ({
      items: (await trunks.known()).flatMap((known) => known.standings.map((one) => shown(known, one))),
    }),
  }),
  route({
    name: 'explainRoute',
    method: 'GET',
    path: '/trunk-route',
    summary: 'Tells which trunk a call would take now, how its INVITE would look, and why not another: a dry run.',
    role: 'viewer',
    scope: 'service',
    query: { to: text({ max: 25 }), show: optional(text({ max: 25 })) },
    answer: named(
      'RouteExplanation',
      record({
        verdict: described('wait: none can take it now. never: none may.', choice('dial', 'wait', 'never')),
        candidates: list(
          record({
            trunk: text({ max: 40 }),
            priority: integer({ min: 0, max: 1000 }),
            percent: described('Of such calls that try it first.', integer({ min: 0, max: 100 })),
            invite: record({
              requestUri: text({ max: 400 }),
              from: described('`node-address`: the address of the node that dials.', text({ max: 400 })),
              shown: described('The number that the callee sees; empty: none.', text({ max: 400 })),
              headers: list(text({ max: 400 }), { max: 10 }),
            }),
          }),
          { max: 10_000 },
        ),
        leftOut: list(record({ trunk: text({ max: 40 }), reason: choice(...reasons), words: text({ max: 200 }) }), {
          max: 10_000,
        }),
      }),
    ),
    errors: ['malformed'],
    async run({ query }, { trunks }) {
      const to = readPhoneNumber(query.to)?.digits
      if (to === undefined)
        throw new AdminError('malformed', { field: 'to', message: 'No phone can have this number.' })
      return explainRoute({ to, show: query.show ?? '' }, (await trunks.known()).map(asRoutable))
    },
  }),
]

function shown({ profile, origin, callsToday }: KnownTrunk, one: TrunkStanding) {
  return {
    trunk: profile.name,
    origin,
    node: one.nodeId,
    health: one.health,
    why: one.why.replace(/[\p{Cc}\p{Cs}]/gu, ' ').slice(0, 500),
    ...(one.registration === undefined ? {} : { registration: one.registration.slice(0, 500) }),
    calls: one.calls,
    room: one.room,
    ...(callsToday === undefined ? {} : { callsToday }),
    toldAt: timeOf(one.toldAt),
  }
}
