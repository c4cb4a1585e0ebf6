import { g711 } from '../codec/g711.ts'
import type { AudioCodec, RemoteMedia } from '../media.ts'

/** RFC 3551 §6. */
const staticTypes = new Map<number, AudioCodec>([
  [0, 'PCMU'],
  [8, 'PCMA'],
])

/** The law of a payload type; undefined when it is neither the negotiated one nor a static one of G.711. */
export function lawOf(
  payloadType: number,
  negotiated: Pick<RemoteMedia, 'codec' | 'payloadType'>,
): AudioCodec | undefined {
  return payloadType === negotiated.payloadType ? negotiated.codec : staticTypes.get(payloadType)
}

/**
 * The audio of a packet in the negotiated codec. An answer may list both laws, and then the far end may send either at
 * any time (RFC 3264 §6.1): the other one is converted.
 *
 * @returns undefined when the payload type is neither the negotiated one nor a static one of G.711
 */
export function inLaw(
  payload: Uint8Array,
  payloadType: number,
  negotiated: Pick<RemoteMedia, 'codec' | 'payloadType'>,
): Uint8Array | undefined {
  const codec = lawOf(payloadType, negotiated)
  if (codec === undefined || codec === negotiated.codec) return codec === undefined ? undefined : payload
  return g711(negotiated.codec).encode(g711(codec).decode(payload))
}

/** Whether packets of this type are part of what was negotiated: audio or telephone events. */
export function isNegotiated(payloadType: number, negotiated: RemoteMedia): boolean {
  return (
    payloadType === negotiated.payloadType ||
    payloadType === negotiated.telephoneEventPayloadType ||
    staticTypes.has(payloadType)
  )
}
