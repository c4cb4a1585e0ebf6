import { ownTrunkNames, type TrunkProfile } from './trunk-profile.ts'

/** Most entries of each list of a profile. */
export const mostEntries = 200

/** What a profile must be like, in the words that are told when it is not. Choices and types are the reader's. */
const demands: readonly { readonly holds: (profile: TrunkProfile) => boolean; readonly words: string }[] = [
  {
    holds: ({ name }) => /^[a-z0-9][a-z0-9-]{0,39}$/.test(name),
    words: 'A trunk is named by 1 to 40 small letters, digits and dashes.',
  },
  {
    holds: ({ name }) => !Object.values<string>(ownTrunkNames).includes(name),
    words: `The names ${Object.values(ownTrunkNames).join(' and ')} belong to trunks that the settings describe.`,
  },
  { holds: ({ host }) => isHost(host), words: 'The host of a trunk is a host name or an address.' },
  { holds: ({ port }) => isWhole(port, 0, 65_535), words: 'A port is 1 to 65535, or 0 for the usual one.' },
  {
    holds: ({ transport, host }) => transport !== 'dns' || /[a-z]/i.test(host),
    words: 'The transport is left to DNS: the host must be a name.',
  },
  {
    holds: ({ username, password }) => isPlain(username, 200) && isPlain(password, 200),
    words: 'User name and password have at most 200 characters, none of them a control character.',
  },
  {
    holds: ({ registers, username }) => !registers || username !== '',
    words: 'A trunk that registers needs a user name.',
  },
  {
    holds: ({ codecs }) => codecs.length > 0 && new Set(codecs).size === codecs.length,
    words: 'A trunk needs a codec, and each codec once.',
  },
  {
    // RFC 4028 §5: no less than 90 s.
    holds: ({ sessionSeconds }) => sessionSeconds === 0 || isWhole(sessionSeconds, 90, 86_400),
    words: 'A session is refreshed every 90 to 86400 seconds, or 0: never.',
  },
  {
    holds: ({ calledRules, shownRules }) =>
      [...calledRules, ...shownRules].every(({ from, to }) =>
        [from, to].every((part) => /^[0-9+*#]{0,20}$/.test(part)),
      ),
    words: 'A rule changes a beginning of at most 20 digits, +, * and # into another.',
  },
  { holds: ({ ownNumber }) => /^\+?\d{0,20}$/.test(ownNumber), words: 'The own number has at most 20 digits.' },
  {
    holds: ({ showNumbers }) => showNumbers.every((pattern) => /^\+?\d{0,20}\*?$/.test(pattern) && pattern !== ''),
    words: 'A number that may be shown is written 95588, or 0571* for all that begin so.',
  },
  {
    holds: ({ boundNumbers }) => boundNumbers.every((number) => /^\+?\d{3,20}$/.test(number)),
    words: 'A bound number has 3 to 20 digits.',
  },
  {
    holds: ({ destinations }) => destinations.every((one) => one === '*' || /^(?:\+[1-9]\d{0,14}|\d{1,15})$/.test(one)),
    words: 'A destination is a beginning of mainland numbers (13, 0571), of others (+852), or * for all.',
  },
  {
    holds: ({ fromDomain }) => fromDomain === '' || isHost(fromDomain),
    words: 'The From domain is a host name or an address.',
  },
  { holds: ({ priority }) => isWhole(priority, 0, 1000), words: 'A priority is 0 to 1000; lower goes first.' },
  { holds: ({ weight }) => isWhole(weight, 1, 1000), words: 'A weight is 1 to 1000.' },
  { holds: ({ channels }) => isWhole(channels, 1, 100_000), words: 'A trunk has 1 to 100000 channels.' },
  {
    holds: ({ callsPerSecond }) => isWhole(callsPerSecond, 0, 10_000),
    words: 'Calls per second are 1 to 10000, or 0 for no limit.',
  },
  {
    holds: ({ callsPerDay }) => isWhole(callsPerDay, 0, 100_000_000),
    words: 'Calls per day are 1 to 100000000, or 0 for no limit.',
  },
  {
    holds: ({ pingSeconds }) => isWhole(pingSeconds, 0, 3600),
    words: 'OPTIONS go every 1 to 3600 seconds, or 0: never.',
  },
  {
    holds: ({ restAfter }) => isWhole(restAfter, 0, 1000),
    words: 'A trunk rests after 1 to 1000 failures, or 0: never.',
  },
  {
    holds: ({ answerSeconds }) => isWhole(answerSeconds, 4, 32),
    words: 'A silent next hop is given up after 4 to 32 seconds.',
  },
  {
    holds: (profile) =>
      [profile.calledRules, profile.shownRules, profile.showNumbers, profile.boundNumbers, profile.destinations].every(
        ({ length }) => length <= mostEntries,
      ),
    words: `Each list has at most ${mostEntries} entries.`,
  },
]

/** What is wrong with a profile, as a sentence for the operator; `undefined`: nothing. */
export function troubleOf(profile: TrunkProfile): string | undefined {
  return demands.find(({ holds }) => !holds(profile))?.words
}

/**
 * What an operator should know of a profile that works, as a sentence; `undefined`: nothing. SDP carries the keys of SRTP
 * as they are (RFC 4568 §8.3), so that SIP must hide them.
 */
export function warningOf({ srtp, transport }: Pick<TrunkProfile, 'srtp' | 'transport'>): string | undefined {
  if (srtp === 'off' || transport === 'tls') return undefined
  const unless = transport === 'dns' ? ', unless DNS says TLS' : ''
  return `The sound is encrypted, but its keys can be read on the way${unless}: they travel in SIP. '--transport tls' hides them.`
}

/** RFC 1123 §2.1 names and numeric addresses; what may stand in a SIP URI and nothing else. */
function isHost(text: string): boolean {
  return /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text) || /^[0-9A-Fa-f:]{2,39}$/.test(text)
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

function isPlain(text: string, most: number): boolean {
  return text.length <= most && !/[\p{Cc}\p{Cs}]/u.test(text)
}
