import { mostEntries } from '../../domain/trunk/check-trunk.ts'
import { allOptional, list, record } from '../schema/records.ts'
import { boolean, choice, integer, text } from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'

const form = choice('dialled', 'e164', 'national')
const rule = named('RewriteRule', record({ from: text({ min: 0, max: 20 }), to: text({ min: 0, max: 20 }) }))
const rules = described('The first that fits changes the beginning.', list(rule, { max: mostEntries }))
const numbers = list(text({ max: 21 }), { max: mostEntries })

/** What a trunk is, but for its name and password. `check-trunk.ts` says what the values must be like. */
export const trunkFacts = {
  host: described('Name or address of the next hop.', text({ max: 253 })),
  enabled: boolean(),
  port: described('0: the usual one, or what DNS says.', integer({ min: 0, max: 65_535 })),
  transport: described('dns: what the records of the host say.', choice('udp', 'tcp', 'tls', 'dns')),
  registers: boolean(),
  username: text({ min: 0, max: 200 }),
  srtp: choice('off', 'optional', 'required'),
  codecs: described('In the order in which they are offered.', list(choice('PCMA', 'PCMU'), { max: 2 })),
  keys: choice('rfc4733', 'info', 'inband'),
  learnsPort: described('RTP may come from another port than was described.', boolean()),
  reliableProvisional: described('100rel and PRACK.', choice('supported', 'required', 'off')),
  sessionSeconds: described('Session timers: 90 or more. 0: never.', integer({ min: 0, max: 86_400 })),
  calledForm: form,
  calledRules: rules,
  shownForm: form,
  shownRules: rules,
  ownNumber: text({ min: 0, max: 21 }),
  showNumbers: described('Numbers that the carrier lets be shown: 95588, 0571*. Empty: any.', numbers),
  boundNumbers: described('Shown numbers that must leave by this trunk.', numbers),
  assertedIdentity: choice('off', 'shown', 'own'),
  privacy: boolean(),
  fromDomain: text({ min: 0, max: 253 }),
  priority: described('Lower goes first.', integer({ min: 0, max: 1000 })),
  weight: integer({ min: 1, max: 1000 }),
  channels: integer({ min: 1, max: 100_000 }),
  callsPerSecond: described('0: no limit.', integer({ min: 0, max: 10_000 })),
  callsPerDay: described('0: no limit.', integer({ min: 0, max: 100_000_000 })),
  destinations: described('What may be dialled: 13, 0571, +852, or * for all. Empty: nothing.', numbers),
  pingSeconds: described('0: never.', integer({ min: 0, max: 3600 })),
  restAfter: described('Failed calls in a row. 0: never.', integer({ min: 0, max: 1000 })),
  answerSeconds: integer({ min: 4, max: 32 }),
}

const { host, ...others } = trunkFacts
/** The same, as a request says it: what is left out is the usual. */
export const wantedFacts = { host, ...allOptional(others) }
