import {
  type AudioCodec,
  type AudioDescription,
  type LocalAudio,
  NoCommonAudio,
  staticPayloadTypes,
  telephoneEventPayloadType,
} from './audio-description.ts'
import { type AudioLine, findAudioLine } from './audio-line.ts'
import { narrowed, reversed } from './direction.ts'
import { audioLine, refusedLine, writeSession } from './write-audio.ts'

const defaultCodecs: readonly AudioCodec[] = ['PCMA', 'PCMU']

/**
 * An offer (RFC 3264 §5) of one audio stream: A-law, µ-law, telephone events, 20 ms packets.
 *
 * @returns SDP text
 */
export function audioOffer(local: LocalAudio): string {
  const codecs = (local.codecs ?? defaultCodecs).map((codec) => ({ codec, payloadType: staticPayloadTypes[codec] }))
  return writeSession(local, [
    audioLine(local, { codecs, telephoneEventPayloadType, direction: local.direction ?? 'sendrecv' }),
  ])
}

/**
 * Reads what the far end wants from its offer or answer. The codec is its first choice among ours; the direction is seen
 * from here.
 *
 * @throws {NoCommonAudio} when this end cannot talk to it
 */
export function readAudio(sdp: string): AudioDescription {
  const { line } = findAudioLine(sdp)
  return describe(line, line.codecs[0])
}

/**
 * Answers an offer (RFC 3264 §6): the codec is this end's first choice among the offered ones, hold is mirrored,
 * every other media line is refused with port 0.
 *
 * @returns the SDP answer to send, and what the far end wants
 * @throws {NoCommonAudio} to be answered with 488
 */
export function answerAudio(offer: string, local: LocalAudio): { answer: string; remote: AudioDescription } {
  const { session, line } = findAudioLine(offer)
  const wanted = local.codecs ?? defaultCodecs
  const choice = wanted.flatMap((codec) => line.codecs.filter((offered) => offered.codec === codec))[0]
  const remote = describe(line, choice)
  remote.direction = narrowed(remote.direction, local.direction ?? 'sendrecv')
  const terms = {
    codecs: [{ codec: remote.codec, payloadType: remote.payloadType }],
    direction: remote.direction,
    ...(line.telephoneEventPayloadType !== undefined && { telephoneEventPayloadType: line.telephoneEventPayloadType }),
  }
  const media = session.media.map((offered, index) =>
    index === line.index ? audioLine(local, terms) : refusedLine(offered),
  )
  return { answer: writeSession(local, media), remote }
}

function describe(line: AudioLine, choice: AudioLine['codecs'][number] | undefined): AudioDescription {
  if (choice === undefined) throw new NoCommonAudio('noCommonCodec')
  return {
    host: line.host,
    port: line.port,
    ...(line.rtcpPort !== undefined && { rtcpPort: line.rtcpPort }),
    codec: choice.codec,
    payloadType: choice.payloadType,
    ...(line.telephoneEventPayloadType !== undefined && { telephoneEventPayloadType: line.telephoneEventPayloadType }),
    direction: reversed(line.direction),
  }
}
