import { type Command, Option } from 'commander'
import type { RewriteRule } from '../../domain/trunk/number-forms.ts'
import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import { listOf } from '../../setting.ts'
import { CommandError } from '../output.ts'

/** What the options of a command say of a profile. */
export type ProfilePart = Partial<Omit<TrunkProfile, 'name' | 'enabled'>>

/** One option of `yuyin trunk add` and `set`, and how it is read into a profile. */
interface ProfileOption {
  readonly flags: string
  readonly meaning: string
  readonly choices?: readonly string[]
  readonly read: (value: string) => ProfilePart
}

const forms = ['dialled', 'e164', 'national'] as const
const onOff = ['on', 'off'] as const

/** In the order of the help: where, who, what is said, how much, what may be dialled. */
const profileOptions: readonly ProfileOption[] = [
  { flags: '--host <host>', meaning: 'name or address of the next hop', read: (host) => ({ host }) },
  { flags: '--port <port>', meaning: '0: the usual one, or what DNS says', read: (text) => ({ port: whole(text) }) },
  oneOf('--transport <name>', 'dns: what the records of the host say', ['udp', 'tcp', 'tls', 'dns'], (transport) => ({
    transport,
  })),
  oneOf('--register <on|off>', 'register there as --username', onOff, (word) => ({ registers: word === 'on' })),
  { flags: '--username <name>', meaning: 'for digest authentication', read: (username) => ({ username }) },
  oneOf('--srtp <use>', 'encryption of the sound', ['off', 'optional', 'required'], (srtp) => ({ srtp })),
  {
    flags: '--codecs <list>',
    meaning: 'in the order in which they are offered: PCMA,PCMU',
    read: (text) => ({ codecs: listOf(text).map((word) => chosen(word, ['PCMA', 'PCMU'], 'codec')) }),
  },
  oneOf('--keys <way>', 'how keys are told', ['rfc4733', 'info', 'inband'], (keys) => ({ keys })),
  oneOf('--learn-port <on|off>', 'on: sound may come from another port than was described', onOff, (word) => ({
    learnsPort: word === 'on',
  })),
  oneOf(
    '--prack <use>',
    'acknowledged provisional answers',
    ['supported', 'required', 'off'],
    (reliableProvisional) => ({
      reliableProvisional,
    }),
  ),
  {
    flags: '--session <seconds>',
    meaning: 'session timer, 90 or more; 0: never',
    read: (text) => ({ sessionSeconds: whole(text) }),
  },
  oneOf('--called-form <form>', 'how called numbers are written', forms, (calledForm) => ({ calledForm })),
  {
    flags: '--called-rules <rules>',
    meaning: 'the first that fits changes the beginning: +86:0,00:+',
    read: (text) => ({ calledRules: rules(text) }),
  },
  oneOf('--shown-form <form>', 'the same for shown numbers', forms, (shownForm) => ({ shownForm })),
  { flags: '--shown-rules <rules>', meaning: 'the same', read: (text) => ({ shownRules: rules(text) }) },
  { flags: '--own-number <number>', meaning: 'shown when a call has none', read: (ownNumber) => ({ ownNumber }) },
  {
    flags: '--show-numbers <list>',
    meaning: 'what the carrier lets be shown: 95588,0571*; empty: any',
    read: (text) => ({ showNumbers: listOf(text) }),
  },
  {
    flags: '--bound-numbers <list>',
    meaning: 'shown numbers that must leave by this trunk',
    read: (text) => ({ boundNumbers: listOf(text) }),
  },
  oneOf('--asserted-identity <which>', 'P-Asserted-Identity', ['off', 'shown', 'own'], (assertedIdentity) => ({
    assertedIdentity,
  })),
  oneOf('--privacy <on|off>', 'on: the callee sees no number', onOff, (word) => ({ privacy: word === 'on' })),
  { flags: '--from-domain <host>', meaning: 'host of From; empty: this node', read: (fromDomain) => ({ fromDomain }) },
  { flags: '--priority <number>', meaning: 'lower goes first', read: (text) => ({ priority: whole(text) }) },
  { flags: '--weight <number>', meaning: 'share among equals', read: (text) => ({ weight: whole(text) }) },
  { flags: '--channels <number>', meaning: 'simultaneous calls', read: (text) => ({ channels: whole(text) }) },
  {
    flags: '--calls-per-second <number>',
    meaning: 'new calls in any second; 0: no limit',
    read: (text) => ({ callsPerSecond: whole(text) }),
  },
  {
    flags: '--calls-per-day <number>',
    meaning: 'new calls a day; 0: no limit',
    read: (text) => ({ callsPerDay: whole(text) }),
  },
  {
    flags: '--allow <list>',
    meaning: 'what may be dialled: 13,0571,+852, or * for all; nothing until it is said',
    read: (text) => ({ destinations: listOf(text) }),
  },
  {
    flags: '--ping <seconds>',
    meaning: 'OPTIONS this often; 0: never',
    read: (text) => ({ pingSeconds: whole(text) }),
  },
  {
    flags: '--rest-after <number>',
    meaning: 'failed calls in a row before it rests; 0: never',
    read: (text) => ({ restAfter: whole(text) }),
  },
  {
    flags: '--patience <seconds>',
    meaning: 'a next hop that gives no sign for so long is given up',
    read: (text) => ({ answerSeconds: whole(text) }),
  },
]

/** Adds them to a command; what is not said stays as it is. */
export function addProfileOptions(command: Command): Command {
  for (const { flags, meaning, choices } of profileOptions) {
    const option = new Option(flags, meaning)
    command.addOption(choices === undefined ? option : option.choices(choices))
  }
  return command.option('--password', 'ask for the password, or take the first line that is piped in')
}

/** What was said. @throws {CommandError} for what cannot be read */
export function profilePartOf(options: Readonly<Record<string, unknown>>): ProfilePart {
  const parts = profileOptions.flatMap(({ flags, read }) => {
    const value = options[new Option(flags).attributeName()]
    return typeof value === 'string' ? [read(value)] : []
  })
  return Object.assign({}, ...parts)
}

function oneOf<const Words extends readonly string[]>(
  flags: string,
  meaning: string,
  choices: Words,
  part: (word: Words[number]) => ProfilePart,
): ProfileOption {
  return { flags, meaning, choices, read: (value) => part(chosen(value, choices, flags)) }
}

function chosen<const Words extends readonly string[]>(text: string, words: Words, what: string): Words[number] {
  const word = words.find((one) => one === text)
  if (word === undefined) throw new CommandError(`'${text}' is no ${what}. There are: ${words.join(', ')}.`)
  return word
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new CommandError(`'${text}' is no whole number.`)
  return Number(text)
}

/** `+86:0,00:+` */
function rules(text: string): RewriteRule[] {
  return listOf(text).map((rule) => {
    const [from, to, ...more] = rule.split(':')
    if (from === undefined || to === undefined || more.length > 0) {
      throw new CommandError(`'${rule}' is no rule. One looks like +86:0, the old beginning and the new one.`)
    }
    return { from, to }
  })
}
