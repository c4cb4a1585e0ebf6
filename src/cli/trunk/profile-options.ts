import { type Command, Option } from 'commander'
import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import { flag, type Kind, list, oneOf, rules, text, whole } from './option-kinds.ts'

/** What options can say of a profile: the name is an argument, enabling a command, the password a question. */
type Facts = Omit<TrunkProfile, 'name' | 'enabled' | 'password'>
type Part = { -readonly [Name in keyof Facts]?: Facts[Name] }

/** What the options of a command say of a profile. */
export type ProfilePart = Readonly<Part>

/** One option of `yuyin trunk add` and `set`. */
interface ProfileOption {
  readonly option: Option
  readonly read: (word: string, into: Part) => void
  readonly write: (profile: Facts) => string
}

const forms = oneOf('dialled', 'e164', 'national')

/** In the order of the help: where, who, what is said, how much, what may be dialled. */
const profileOptions: readonly ProfileOption[] = [
  about('host', '--host <host>', 'name or address of the next hop', text),
  about('port', '--port <port>', '0: the usual one, or what DNS says', whole),
  about('transport', '--transport <name>', 'dns: what the records of the host say', oneOf('udp', 'tcp', 'tls', 'dns')),
  about('registers', '--register <on|off>', 'register there as --username', flag),
  about('username', '--username <name>', 'for digest authentication', text),
  about('srtp', '--srtp <use>', 'encryption of the sound', oneOf('off', 'optional', 'required')),
  about('codecs', '--codecs <list>', 'in the order in which they are offered: PCMA,PCMU', list(oneOf('PCMA', 'PCMU'))),
  about('keys', '--keys <way>', 'how keys are told', oneOf('rfc4733', 'info', 'inband')),
  about('learnsPort', '--learn-port <on|off>', 'on: sound may come from another port than was described', flag),
  about(
    'reliableProvisional',
    '--prack <use>',
    'acknowledged provisional answers',
    oneOf('supported', 'required', 'off'),
  ),
  about('sessionSeconds', '--session <seconds>', 'session timer, 90 or more; 0: never', whole),
  about('calledForm', '--called-form <form>', 'how called numbers are written', forms),
  about('calledRules', '--called-rules <rules>', 'the first that fits changes the beginning: +86:0,00:+', rules),
  about('shownForm', '--shown-form <form>', 'how shown numbers are written', forms),
  about('shownRules', '--shown-rules <rules>', 'as --called-rules', rules),
  about('ownNumber', '--own-number <number>', 'shown when a call has none', text),
  about('showNumbers', '--show-numbers <list>', 'what the carrier lets be shown: 95588,0571*; empty: any', list(text)),
  about('boundNumbers', '--bound-numbers <list>', 'shown numbers that must leave by this trunk', list(text)),
  about('assertedIdentity', '--asserted-identity <which>', 'P-Asserted-Identity', oneOf('off', 'shown', 'own')),
  about('privacy', '--privacy <on|off>', 'on: the callee sees no number', flag),
  about('fromDomain', '--from-domain <host>', 'host of From; empty: this node', text),
  about('priority', '--priority <number>', 'lower goes first', whole),
  about('weight', '--weight <number>', 'share among equals', whole),
  about('channels', '--channels <number>', 'simultaneous calls', whole),
  about('callsPerSecond', '--calls-per-second <number>', 'new calls in any second; 0: no limit', whole),
  about('callsPerDay', '--calls-per-day <number>', 'new calls a day; 0: no limit', whole),
  about(
    'destinations',
    '--allow <list>',
    'what may be dialled: 13,0571,+852, or * for all; nothing until it is said',
    list(text),
  ),
  about('pingSeconds', '--ping <seconds>', 'OPTIONS this often; 0: never', whole),
  about('restAfter', '--rest-after <number>', 'failed calls in a row before it rests; 0: never', whole),
  about('answerSeconds', '--patience <seconds>', 'a next hop that gives no sign for so long is given up', whole),
]

/** Adds them to a command; what is not said stays as it is. */
export function addProfileOptions(command: Command): Command {
  for (const { option } of profileOptions) command.addOption(option)
  return command.option('--password', 'ask for the password, or take the first line that is piped in')
}

/** What was said. @throws {CommandError} for what cannot be read */
export function profilePartOf(options: Readonly<Record<string, unknown>>): ProfilePart {
  const part: Part = {}
  for (const { option, read } of profileOptions) {
    const word = options[option.attributeName()]
    if (typeof word === 'string') read(word, part)
  }
  return part
}

/** A profile in the words of the options, `allow 13,0571`, each with its meaning. */
export function profileRows(profile: Facts): [name: string, value: string, meaning: string][] {
  return profileOptions.map(({ option, write }) => [option.name(), write(profile), option.description])
}

function about<Name extends keyof Facts>(
  name: Name,
  flags: string,
  meaning: string,
  kind: Kind<Facts[Name]>,
): ProfileOption {
  const option = new Option(flags, meaning)
  return {
    option: kind.choices === undefined ? option : option.choices(kind.choices),
    read: (word, into) => {
      into[name] = kind.read(word, `--${option.name()}`)
    },
    write: (profile) => kind.write(profile[name]),
  }
}
