import { isNetwork } from './lib/networks.ts'

/** The kinds of setting: how each is read, and what is said when it cannot be. */

/** How one setting is read. */
export interface Setting<T> {
  readonly default: T
  readonly meaning: string
  /** What is accepted, for messages. */
  readonly accepts: string
  /** @throws {ConfigError} naming what is accepted. */
  parse(value: string): T
}

/** A setting that cannot be used; the message names it, says where it came from and what is accepted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Any text. */
export function text(fallback: string, meaning: string): Setting<string> {
  return { default: fallback, meaning, accepts: 'text', parse: (value) => value }
}

/** An address of the web, empty for none; slashes at its end are dropped. */
export function webAddress(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    accepts: 'a URL that begins with http:// or https://, without ? and #',
    parse(value) {
      if (value === '') return value
      if (!URL.canParse(value)) throw new ConfigError(value)
      const { protocol, search, hash } = new URL(value)
      if (!/^https?:$/.test(protocol) || search + hash !== '') throw new ConfigError(value)
      return value.replace(/\/+$/, '')
    },
  }
}

/** Scheme, host and port as browsers send them in Origin (RFC 6454 §6.2), empty for none. */
export function webOrigin(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    accepts: 'scheme, host and port: https://console.example.com',
    parse(value) {
      if (value === '') return value
      if (!URL.canParse(value)) throw new ConfigError(value)
      const { protocol, origin, href } = new URL(value)
      if (!/^https?:$/.test(protocol) || href !== `${origin}/`) throw new ConfigError(value)
      return origin
    },
  }
}

/** On or off. */
export function flag(fallback: boolean, meaning: string): Setting<boolean> {
  return {
    default: fallback,
    meaning,
    accepts: 'on or off',
    parse(value) {
      if (/^(on|true|yes|1)$/i.test(value)) return true
      if (/^(off|false|no|0)$/i.test(value)) return false
      throw new ConfigError(value)
    },
  }
}

/** One of a closed list. */
export function choice<const T extends string>(options: readonly T[], fallback: T, meaning: string): Setting<T> {
  return {
    default: fallback,
    meaning,
    accepts: `one of ${options.join(', ')}`,
    parse(value) {
      const chosen = options.find((option) => option === value)
      if (chosen === undefined) throw new ConfigError(value)
      return chosen
    },
  }
}

/** A whole number, at most 999999. */
export function count(fallback: number, meaning: string, least = 0): Setting<number> {
  return {
    default: fallback,
    meaning,
    // As seconds these still fit into a timer, which holds 2^31 - 1 milliseconds.
    accepts: `a whole number from ${least} to 999999`,
    parse(value) {
      if (!/^\d{1,6}$/.test(value) || Number(value) < least) throw new ConfigError(value)
      return Number(value)
    },
  }
}

/** A port, 0 for any free one. */
export function port(fallback: number, meaning: string): Setting<number> {
  return {
    default: fallback,
    meaning,
    accepts: 'a port from 0 to 65535',
    parse(value) {
      if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw new ConfigError(value)
      return Number(value)
    },
  }
}

/** First and last port; both 0 for any free ports. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

/** `first-last`, or 0 for any free ports. */
export function portRange(fallback: string, meaning: string): Setting<PortRange> {
  const parseRange = (value: string): PortRange => {
    if (value === '0') return { from: 0, to: 0 }
    const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(value) ?? []
    const range = { from: Number(from), to: Number(to) }
    if (!(range.from >= 1024 && range.from < range.to && range.to <= 65_535)) throw new ConfigError(value)
    return range
  }
  return {
    default: parseRange(fallback),
    meaning,
    accepts: 'first-last between 1024 and 65535, or 0',
    parse: parseRange,
  }
}

/** Networks in CIDR notation with commas between, kept as text; empty for none. */
export function networks(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    accepts: 'networks in CIDR notation with commas between: 10.0.0.0/8, fd00::/8',
    parse(value) {
      if (!listOf(value).every(isNetwork)) throw new ConfigError(value)
      return value
    },
  }
}

/** `a, b` as a list. */
export function listOf(value: string): string[] {
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}
