import { randomBytes } from 'node:crypto'
import type { MediaDescription } from 'sdp-transform'

/** The crypto suites of RFC 4568 §6.2 that this stack negotiates. */
export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32'

/** In the order in which they are offered. */
export const srtpSuites: readonly SrtpSuite[] = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32']

/** One a=crypto attribute (RFC 4568 §4): a suite, and the key of whoever wrote it. */
export interface CryptoLine {
  /** Says which line of the offer an answer means. */
  tag: number
  suite: SrtpSuite
  /** Base64 of master key and salt, 30 octets. */
  key: string
}

/**
 * What this end does about SRTP, and its keys, which stay for the whole call.
 *
 * - `required`: profile RTP/SAVP; without keys there is no call.
 * - `optional`: profile RTP/AVP with a=crypto beside it, as many phones have it; without an answer to that the audio is in
 *   the clear.
 *
 * Whoever reads the session description has the keys: it belongs inside TLS (RFC 4568 §8.3).
 */
export interface LocalCrypto {
  use: 'required' | 'optional'
  lines: readonly CryptoLine[]
}

/** What both ends agreed on. */
export interface NegotiatedKeys {
  suite: SrtpSuite
  /** Of what this end sends. */
  localKey: string
  /** Of what the far end sends. */
  remoteKey: string
}

/** Fresh keys for one call, one per suite. */
export function newCrypto(use: LocalCrypto['use'], suites: readonly SrtpSuite[] = srtpSuites): LocalCrypto {
  const lines = suites.map((suite, i) => ({ tag: i + 1, suite, key: randomBytes(30).toString('base64') }))
  return { use, lines }
}

/**
 * Session description text without its keys, for logs and traces: what follows the suite of an a=crypto line is replaced,
 * and the content of a k= line. Takes any text, a whole SIP message too.
 */
export function withoutKeys(text: string): string {
  return text.replace(/^((?:a=crypto:(?:\d{1,9} \w{1,40} )?)|k=)[^\r\n]*/gim, '$1(not shown)')
}

/** The a=crypto attributes of an m= line that this end can use; others are passed over (§5.1.2). */
export function cryptoLines(media: MediaDescription): CryptoLine[] {
  return (media.crypto ?? []).flatMap(({ id, suite, config, sessionConfig }) => {
    const known = srtpSuites.find((name) => name === suite)
    const key = keyOf(String(config ?? ''))
    const tag = Number(id)
    if (known === undefined || key === undefined || !Number.isInteger(tag)) return []
    return areUsable(String(sessionConfig ?? '')) ? [{ tag, suite: known, key }] : []
  })
}

/** An attribute of ours for an m= line. */
export function cryptoAttribute({ tag, suite, key }: CryptoLine): { id: number; suite: string; config: string } {
  return { id: tag, suite, config: `inline:${key}` }
}

/** The keys that an answer agrees on: it repeats the tag of the offered line that it takes (§5.1.3). */
export function keysFromAnswer(offered: LocalCrypto, answered: readonly CryptoLine[]): NegotiatedKeys | undefined {
  for (const { tag, suite, key } of answered) {
    const ours = offered.lines.find((line) => line.tag === tag && line.suite === suite)
    if (ours !== undefined) return { suite, localKey: ours.key, remoteKey: key }
  }
  return undefined
}

/** The first offered line that this end has a key for, and what to answer to it. */
export function keysForOffer(
  local: LocalCrypto,
  offered: readonly CryptoLine[],
): { keys: NegotiatedKeys; answer: CryptoLine } | undefined {
  for (const { tag, suite, key } of offered) {
    const ours = local.lines.find((line) => line.suite === suite)
    if (ours === undefined) continue
    return { keys: { suite, localKey: ours.key, remoteKey: key }, answer: { tag, suite, key: ours.key } }
  }
  return undefined
}

/**
 * §6.1: `inline:` key and salt, then a lifetime, which no call outlives, then a master key identifier. Packets with such an
 * identifier are longer, which this stack does not read: those lines, and several keys in one, are not taken.
 */
function keyOf(config: string): string | undefined {
  return /^inline:([A-Za-z0-9+/]{40})(?:\|(?:2\^)?\d{1,20})?$/.exec(config)?.[1]
}

/** §6.3: session parameters change how packets look. Only a hint on the window size, and what is declared optional, pass. */
function areUsable(parameters: string): boolean {
  return parameters.split(' ').every((one) => one === '' || one.startsWith('-') || /^WSH=\d+$/.test(one))
}
