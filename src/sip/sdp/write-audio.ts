import { randomInt } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { type MediaDescription, write } from 'sdp-transform'
import { type AudioCodec, type Direction, type LocalAudio, telephoneEvents } from './audio-description.ts'
import type { AudioProfile } from './audio-line.ts'
import { type CryptoLine, cryptoAttribute } from './crypto.ts'

/** What an audio line of ours says beyond the socket: the outcome of offer or answer. */
export interface AudioTerms {
  codecs: readonly { codec: AudioCodec; payloadType: number }[]
  telephoneEventPayloadType?: number
  direction: Direction
  profile: AudioProfile
  /** Our keys: all that are offered, or the one that answers. */
  crypto: readonly CryptoLine[]
}

/** An `m=audio` line of ours, 20 ms packets (RFC 3551 §4.2). */
export function audioLine(local: LocalAudio, terms: AudioTerms): MediaDescription {
  const rtp = terms.codecs.map(({ codec, payloadType }) => ({
    payload: payloadType,
    codec: codec as string,
    rate: 8000,
  }))
  const events = terms.telephoneEventPayloadType
  if (events !== undefined) rtp.push({ payload: events, codec: 'telephone-event', rate: 8000 })
  const line: MediaDescription = {
    type: 'audio',
    port: local.port,
    protocol: terms.profile,
    payloads: rtp.map((entry) => entry.payload).join(' '),
    rtp,
    fmtp: events === undefined ? [] : [{ payload: events, config: telephoneEvents }],
    ptime: 20,
    direction: terms.direction,
  }
  if (local.rtcpPort !== undefined && local.rtcpPort !== local.port + 1) line.rtcp = { port: local.rtcpPort }
  if (terms.crypto.length > 0) line.crypto = terms.crypto.map(cryptoAttribute)
  return line
}

/** A line of the far end that this end does not take: same kind and formats, port 0 (RFC 3264 §6). */
export function refusedLine(offered: MediaDescription): MediaDescription {
  // A line that the parser could not read has no fields at all; the answer still needs a line in its place.
  const { type = 'audio', protocol = 'RTP/AVP', payloads = '0' } = offered
  return { type, port: 0, protocol, payloads: String(payloads), rtp: [], fmtp: [] }
}

/** A whole session description of ours (RFC 4566 §5), CRLF at every line's end. */
export function writeSession(local: LocalAudio, media: MediaDescription[]): string {
  const ipVersion = isIPv6(local.host) ? 6 : 4
  const session = local.session ?? { id: randomInt(1, 2 ** 47), version: 1 }
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: session.id,
      sessionVersion: session.version,
      netType: 'IN',
      ipVer: ipVersion,
      address: local.host,
    },
    name: '-',
    connection: { version: ipVersion, ip: local.host },
    timing: { start: 0, stop: 0 },
    media,
  })
}
