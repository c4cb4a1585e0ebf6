import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import {
  ConfigError,
  choice,
  count,
  flag,
  networks,
  port,
  portRange,
  type Setting,
  text,
  webAddress,
  webOrigin,
} from './setting.ts'

/**
 * Every setting: its name in `yuyin.yaml`, its variable, type, default and one line of meaning. The file is read first,
 * then `YUYIN_*` variables, then flags (`--http-port 9000`); the last one wins. `yuyin serve --help` prints this list.
 */
export const settings = {
  profile: choice(['dev', 'production'], 'production', 'dev: virtual phones, a known key, loopback only'),
  data: text('./data', 'folder for the embedded database, keys, prompts and recordings'),
  httpHost: text('', 'address of the HTTP port; empty: 127.0.0.1 in dev, all addresses in production'),
  httpPort: port(8080, 'HTTP port: API, queues, health, metrics; 0 for any free one'),
  tls: choice(['off', 'self-made', 'given'], 'off', 'HTTPS beside HTTP, with a certificate of its own making or yours'),
  httpsPort: port(8443, 'HTTPS port; 0 for any free one'),
  tlsCert: text('', 'tls given: file with the certificate and those above it, PEM'),
  tlsKey: text('', 'tls given: file with its private key, PEM'),
  tlsNames: text('', 'tls self-made: further host names and addresses of the certificate, comma-separated'),
  consoleOrigin: webOrigin('origin of a console served from elsewhere, https://host:port: the only one with CORS'),
  databaseUrl: text('', 'PostgreSQL 14 or newer; empty: an embedded server in the data folder'),
  secretKeyFile: text('', 'file with the key that seals AccessKey secrets; empty: secret.key in the data folder'),
  sipHost: text('', 'local address for SIP and RTP; empty: 127.0.0.1 in dev, 0.0.0.0 in production'),
  sipPort: port(5060, 'SIP port, UDP and TCP; 0 for any free one'),
  sipT1Ms: count(
    500,
    'SIP timer T1, milliseconds (RFC 3261 §17.1.1.1); a silent next hop is given up after 64 of it',
    10,
  ),
  sipTls: choice(
    ['off', 'self-made', 'given'],
    'off',
    'SIP over TLS, too: with a certificate of its own making, or yours (tlsCert, tlsKey)',
  ),
  sipTlsPort: port(5061, 'its port; 0 for any free one'),
  sipTlsAuthorities: text(
    '',
    'file with the authorities that vouch for next hops over TLS, PEM; empty: the usual ones',
  ),
  sipTlsVerify: flag(true, 'believe next hops over TLS by their certificate alone; off: whoever answers is believed'),
  rtpSockets: choice(
    ['native', 'node'],
    'native',
    "what RTP goes through: native, where the build had a C compiler and elsewhere Node's; or Node's always",
  ),
  rtpPorts: portRange('30000-39999', 'RTP ports, first-last; 0 for any free ones'),
  advertisedHost: text('', 'address that carriers must send SIP and RTP to, when it is not sipHost'),
  stunServers: text('', 'without advertisedHost: STUN servers, host:port, that tell it; two let the doctor see more'),
  trunkHost: text('', 'next hop of outgoing calls; empty in dev: the virtual phones'),
  trunkPort: port(5060, 'SIP port of the next hop; 0: what DNS says'),
  trunkTransport: choice(
    ['udp', 'tcp', 'tls', 'dns'],
    'udp',
    'SIP transport to the next hop; dns: what its records say',
  ),
  trunkUsername: text('', 'user name for digest authentication'),
  trunkPassword: text('', 'password for digest authentication'),
  trunkNumber: text('', 'number shown when a call has none of its own'),
  trunkChannels: count(100, 'simultaneous calls'),
  trunkAllow: text('', 'what may be dialled: 13,0571,+852 are beginnings of numbers, * is all; empty: nothing'),
  trunkPingSeconds: count(30, 'OPTIONS to the next hop this often, to see whether it is there; 0: never'),
  trunkRestAfter: count(3, 'calls in a row that fail by the fault of the trunk before it rests for a while; 0: never'),
  callsPerSecond: count(0, 'new calls per second; 0 for no limit'),
  ringSeconds: count(60, 'a phone that rings longer is given up'),
  silenceSeconds: count(30, 'an answered call whose far end sends no packet for so long is ended; 0: never'),
  earlyMedia: choice(
    ['recognise', 'ignore'],
    'recognise',
    'what the network plays before the answer: recognise (an announcement ends the attempt at once), or ignore',
  ),
  maxTalkSeconds: count(600, 'an answered call is ended after this long'),
  verificationWaitSeconds: count(60, 'a verification code that found no line for this long is not dialled any more'),
  notificationWaitSeconds: count(3600, 'the same for notifications and menus'),
  doubleCallWaitSeconds: count(60, 'the same for double calls, which take two lines'),
  requestLimits: flag(
    true,
    'hold the requests a second of each operation, per account and in all (docs/operations.md)',
  ),
  requestLimitPercent: count(100, 'how much of those limits is admitted: 200 doubles them all'),
  heldMinutes: count(1, 'minutes of a priced call that are held back from the balance until it has ended'),
  calleeLimits: flag(true, 'hold the callee frequency below'),
  calleePerMinute: count(1, 'calls to one callee per account and product in a minute; 0 for no limit'),
  calleePerHour: count(5, 'the same in an hour'),
  calleePerDay: count(20, 'the same in 24 hours'),
  pushAllow: networks('networks that receipts may be pushed to although they are private, as CIDR, comma-separated'),
  synthesizer: choice(
    ['auto', 'debian', 'wasm', 'http'],
    'auto',
    'text-to-speech: espeak-ng of the system, built-in, or HTTP',
  ),
  synthesizerUrl: webAddress('address of the HTTP synthesizer'),
  publicUrl: webAddress(
    'https://host:port under which customers reach this service; empty: what the node knows of itself',
  ),
  recordingsKeepDays: count(30, 'days that recordings are kept; 0 for ever'),
  recordingsFreeMegabytes: count(200, 'room on the disk below which nothing is recorded'),
  recordingsEndpoint: webAddress('S3-compatible store for recordings, https://host; empty: the data folder'),
  recordingsRegion: text('us-east-1', 'its region'),
  recordingsBucket: text('', 'its bucket'),
  recordingsPrefix: text('', 'what the keys of recordings begin with, such as voice/'),
  recordingsAccessKey: text('', 'its access key'),
  recordingsSecretKey: text('', 'its secret key'),
  recordingsPathStyle: flag(true, 'the bucket stands in the path of its URLs; off: in their host name'),
  phones: flag(true, 'dev profile: run the virtual phones'),
  phonesPort: port(0, 'dev profile: SIP port of the virtual phones; 0 for any free one'),
  logFormat: choice(
    ['auto', 'text', 'json'],
    'auto',
    'text: lines for people; json: for collectors; auto: text in dev',
  ),
  logLevel: choice(['debug', 'info', 'warn', 'error'], 'info', 'how much is logged'),
  traceDays: count(7, 'how long the SIP messages and RTP counters of each call are kept (yuyin trace); 0: not at all'),
  drainSeconds: count(20, 'how long a stopping node waits for its live calls'),
} satisfies Record<string, Setting<unknown>>

export type Config = { readonly [Name in keyof typeof settings]: ReturnType<(typeof settings)[Name]['parse']> }
export type SettingName = keyof Config

/** `httpPort` → `YUYIN_HTTP_PORT`. */
export function variableOf(name: string): string {
  return `YUYIN_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** `httpPort` → `--http-port`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/**
 * Reads the configuration.
 *
 * @param sources `file`: path of the YAML file, read when it exists; `flags`: values by setting name
 * @throws {ConfigError} for an unknown name or an unusable value
 */
export function readConfig(sources: {
  file?: string
  environment: NodeJS.ProcessEnv
  flags: Readonly<Record<string, string>>
}): Config {
  const file = sources.file ?? 'yuyin.yaml'
  const fromFile = existsSync(file) ? readFile(file) : {}
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries<Setting<unknown>>(settings)) {
    const variable = variableOf(name)
    const found: [value: string | undefined, origin: string][] = [
      [sources.flags[name], flagOf(name)],
      [sources.environment[variable], variable],
      [fromFile[name], `${name} in ${file}`],
    ]
    const [value, origin] = found.find(([one]) => one !== undefined) ?? [undefined, 'default']
    values[name] = value === undefined ? setting.default : parseSetting(setting, value, origin)
  }
  return withProfileDefaults(values as Config)
}

/** Fills in what depends on the profile, and makes the data folder absolute. */
function withProfileDefaults(config: Config): Config {
  const isDev = config.profile === 'dev'
  return {
    ...config,
    data: resolve(config.data),
    httpHost: config.httpHost || (isDev ? '127.0.0.1' : '0.0.0.0'),
    sipHost: config.sipHost || (isDev ? '127.0.0.1' : '0.0.0.0'),
    pushAllow: config.pushAllow || (isDev ? '127.0.0.0/8,::1/128' : ''),
  }
}

function parseSetting(setting: Setting<unknown>, value: string, origin: string): unknown {
  try {
    return setting.parse(value)
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ConfigError(`${origin}: '${value}' cannot be used. Give ${setting.accepts}.`)
    throw error
  }
}

function readFile(file: string): Record<string, string> {
  const content: unknown = parseYaml(file) ?? {}
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new ConfigError(`${file}: expected lines of the form 'name: value'.`)
  }
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(content)) {
    if (!Object.hasOwn(settings, name)) {
      throw new ConfigError(`${file}: there is no setting '${name}'. 'yuyin serve --help' lists them all.`)
    }
    values[name] = String(value)
  }
  return values
}

function parseYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ConfigError(`${file} cannot be read: ${error.message}`)
    throw error
  }
}
