import { type MediaDescription, parse, type SessionDescription } from 'sdp-transform'
import {
  type AudioCodec,
  type Direction,
  type NoAudioReason,
  NoCommonAudio,
  staticPayloadTypes,
} from './audio-description.ts'
import { type CryptoLine, cryptoLines, type LocalCrypto } from './crypto.ts'
import { directionOf } from './direction.ts'

/** In the clear (RFC 3551), and protected (RFC 3711 §9). */
export type AudioProfile = 'RTP/AVP' | 'RTP/SAVP'

/** An `m=audio` line as the far end wrote it, nothing decided yet. */
export interface AudioLine {
  /** Position among the m= lines: an answer keeps it (RFC 3264 §6). */
  index: number
  host: string
  port: number
  rtcpPort?: number
  /** Codecs of ours that the far end lists, in its order of preference. */
  codecs: readonly { codec: AudioCodec; payloadType: number }[]
  telephoneEventPayloadType?: number
  /** RTP/AVP, or RTP/SAVP: an answer keeps it. */
  profile: AudioProfile
  /** What the far end says about SRTP that this end can use, in its order of preference. */
  crypto: readonly CryptoLine[]
  /** As written: seen from the far end. */
  direction: Direction
}

/** No description of a call is longer, with video and all candidates of ICE; reading one takes time. */
const mostDescriptionLetters = 16_384

/**
 * Parses SDP text and finds its first usable audio line. Protected lines are usable when this end has keys of its own.
 *
 * @throws {NoCommonAudio}
 */
export function findAudioLine(sdp: string, crypto?: LocalCrypto): { session: SessionDescription; line: AudioLine } {
  if (sdp.length > mostDescriptionLetters) throw new NoCommonAudio('malformed')
  const session = parse(sdp)
  const index = session.media.findIndex((media) => profileOf(media, crypto) !== undefined)
  const media = session.media[index]
  const profile = media && profileOf(media, crypto)
  if (media === undefined || profile === undefined) throw new NoCommonAudio(reasonOf(session, crypto))
  return { session, line: readLine(session, media, index, profile) }
}

/** The profile of an audio line that this end can use; undefined for any other line. */
function profileOf(media: MediaDescription, crypto: LocalCrypto | undefined): AudioProfile | undefined {
  if (media.type !== 'audio') return undefined
  const hasKeys = crypto !== undefined && cryptoLines(media).length > 0
  if (media.protocol === 'RTP/AVP') return hasKeys || crypto?.use !== 'required' ? 'RTP/AVP' : undefined
  return media.protocol === 'RTP/SAVP' && hasKeys ? 'RTP/SAVP' : undefined
}

function reasonOf(session: SessionDescription, crypto: LocalCrypto | undefined): NoAudioReason {
  if (session.media.length === 0) return 'malformed'
  const hasAudio = session.media.some(({ type, protocol }) => type === 'audio' && /^RTP\/S?AVP$/.test(String(protocol)))
  return crypto !== undefined && hasAudio ? 'noCommonCrypto' : 'noAudioLine'
}

function readLine(
  session: SessionDescription,
  media: MediaDescription,
  index: number,
  profile: AudioProfile,
): AudioLine {
  const host = media.connection?.ip ?? session.connection?.ip
  const port = Number(media.port)
  if (host === undefined || host === '' || !isPort(port)) throw new NoCommonAudio('malformed')
  if (port === 0) throw new NoCommonAudio('rejected')
  const direction = directionOf(media.direction ?? session.direction)
  const payloads = payloadTypes(media)
  const line: AudioLine = {
    index,
    host,
    port,
    codecs: payloads.flatMap((payloadType) => {
      const codec = codecOf(media, payloadType)
      return codec === undefined ? [] : [{ codec, payloadType }]
    }),
    profile,
    crypto: cryptoLines(media),
    // The hold of RFC 2543, still met: an all-zero address means "send me nothing" (RFC 3264 §8.4).
    direction: host === '0.0.0.0' || host === '::' ? holding(direction) : direction,
  }
  const rtcpPort = Number(media.rtcp?.port ?? port + 1)
  if (isPort(rtcpPort) && rtcpPort !== 0 && rtcpPort !== port + 1) line.rtcpPort = rtcpPort
  const events = payloads.find((payloadType) => isTelephoneEvent(media, payloadType))
  if (events !== undefined) line.telephoneEventPayloadType = events
  return line
}

/** The payload types of an m= line, in order. */
export function payloadTypes(media: MediaDescription): number[] {
  const listed = String(media.payloads ?? '')
  return listed
    .split(' ')
    .filter((text) => /^\d{1,3}$/.test(text))
    .map(Number)
    .filter((payloadType) => payloadType < 128)
}

/** An rtpmap decides; without one the static table does (RFC 3551 §6). */
function codecOf(media: MediaDescription, payloadType: number): AudioCodec | undefined {
  const map = media.rtp.find((entry) => Number(entry.payload) === payloadType)
  if (map === undefined) {
    if (payloadType === staticPayloadTypes.PCMA) return 'PCMA'
    return payloadType === staticPayloadTypes.PCMU ? 'PCMU' : undefined
  }
  if (Number(map.rate) !== 8000) return undefined
  const name = String(map.codec).toUpperCase()
  return name === 'PCMA' || name === 'PCMU' ? name : undefined
}

function isTelephoneEvent(media: MediaDescription, payloadType: number): boolean {
  return media.rtp.some(
    (entry) =>
      Number(entry.payload) === payloadType &&
      String(entry.codec).toLowerCase() === 'telephone-event' &&
      Number(entry.rate) === 8000,
  )
}

function holding(direction: Direction): Direction {
  return direction === 'sendrecv' || direction === 'sendonly' ? 'sendonly' : 'inactive'
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65535
}
