import {
  type AudioCodec,
  type AudioDescription,
  type LocalAudio,
  NoCommonAudio,
  staticPayloadTypes,
  telephoneEventPayloadType,
} from './audio-description.ts'
import { type AudioLine, findAudioLine } from './audio-line.ts'
import { keysForOffer, keysFromAnswer, type LocalCrypto, type NegotiatedKeys } from './crypto.ts'
import { narrowed, reversed } from './direction.ts'
import { audioLine, refusedLine, writeSession } from './write-audio.ts'

const defaultCodecs: readonly AudioCodec[] = ['PCMA', 'PCMU']

/**
 * An offer (RFC 3264 §5) of one audio stream: A-law, µ-law, telephone events, 20 ms packets; keys for SRTP (RFC 4568) when
 * `local.crypto` asks for it.
 *
 * @returns SDP text
 */
export function audioOffer(local: LocalAudio): string {
  const codecs = (local.codecs ?? defaultCodecs).map((codec) => ({ codec, payloadType: staticPayloadTypes[codec] }))
  return writeSession(local, [
    audioLine(local, {
      codecs,
      ...(local.keyEvents === false ? {} : { telephoneEventPayloadType }),
      direction: local.direction ?? 'sendrecv',
      profile: local.crypto?.use === 'required' ? 'RTP/SAVP' : 'RTP/AVP',
      crypto: local.crypto?.lines ?? [],
    }),
  ])
}

/**
 * Reads what the far end wants from its answer, or from an offer without keys. The codec is its first choice among ours;
 * the direction is seen from here.
 *
 * @param offered what this end offered for SRTP
 * @throws {NoCommonAudio} when this end cannot talk to it
 */
export function readAudio(sdp: string, offered?: LocalCrypto): AudioDescription {
  const { line } = findAudioLine(sdp, offered)
  const keys = offered && keysFromAnswer(offered, line.crypto)
  return describe(line, line.codecs[0], agreed(line, offered, keys))
}

/**
 * Answers an offer (RFC 3264 §6): the codec is this end's first choice among the offered ones, hold is mirrored,
 * every other media line is refused with port 0. With keys of its own this end takes the first offered suite that it has.
 *
 * @returns the SDP answer to send, and what the far end wants
 * @throws {NoCommonAudio} to be answered with 488
 */
export function answerAudio(offer: string, local: LocalAudio): { answer: string; remote: AudioDescription } {
  const { session, line } = findAudioLine(offer, local.crypto)
  const wanted = local.codecs ?? defaultCodecs
  const choice = wanted.flatMap((codec) => line.codecs.filter((offered) => offered.codec === codec))[0]
  const secure = local.crypto && keysForOffer(local.crypto, line.crypto)
  const heard = local.keyEvents === false ? withoutKeyEvents(line) : line
  const remote = describe(heard, choice, agreed(line, local.crypto, secure?.keys))
  remote.direction = narrowed(remote.direction, local.direction ?? 'sendrecv')
  const terms = {
    codecs: [{ codec: remote.codec, payloadType: remote.payloadType }],
    direction: remote.direction,
    profile: line.profile,
    crypto: secure === undefined ? [] : [secure.answer],
    ...(heard.telephoneEventPayloadType !== undefined && {
      telephoneEventPayloadType: heard.telephoneEventPayloadType,
    }),
  }
  const media = session.media.map((offered, index) =>
    index === line.index ? audioLine(local, terms) : refusedLine(offered),
  )
  return { answer: writeSession(local, media), remote }
}

function withoutKeyEvents({ telephoneEventPayloadType: _, ...line }: AudioLine): AudioLine {
  return line
}

/** @throws {NoCommonAudio} when there have to be keys and are none */
function agreed(
  line: AudioLine,
  crypto: LocalCrypto | undefined,
  keys: NegotiatedKeys | undefined,
): NegotiatedKeys | undefined {
  const mustBeSecure = line.profile === 'RTP/SAVP' || crypto?.use === 'required'
  if (mustBeSecure && keys === undefined) throw new NoCommonAudio('noCommonCrypto')
  return keys
}

function describe(
  line: AudioLine,
  choice: AudioLine['codecs'][number] | undefined,
  srtp: NegotiatedKeys | undefined,
): AudioDescription {
  if (choice === undefined) throw new NoCommonAudio('noCommonCodec')
  return {
    host: line.host,
    port: line.port,
    ...(line.rtcpPort !== undefined && { rtcpPort: line.rtcpPort }),
    codec: choice.codec,
    payloadType: choice.payloadType,
    ...(line.telephoneEventPayloadType !== undefined && { telephoneEventPayloadType: line.telephoneEventPayloadType }),
    ...(srtp !== undefined && { srtp }),
    direction: reversed(line.direction),
  }
}
