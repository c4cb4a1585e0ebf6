/**
 * RFC 4733 §2.3:
 *
 *      |     event     |E|R| volume    |          duration             |
 */
export interface TelephoneEvent {
  /** Event code, 0 … 255; keys are 0 … 15. */
  event: number
  isEnd: boolean
  /** Power below 0 dBm0, 0 … 63 dB. */
  volume: number
  /** So far, in timestamp units (1/8000 s), 0 … 65535. */
  duration: number
}

/** Octets of one event. */
export const telephoneEventBytes = 4

/** Reads the (first) event of a payload. @returns undefined when it is too short */
export function parseTelephoneEvent(payload: Buffer): TelephoneEvent | undefined {
  if (payload.length < telephoneEventBytes) return undefined
  const flags = payload.readUInt8(1)
  return {
    event: payload.readUInt8(0),
    isEnd: (flags & 0x80) !== 0,
    volume: flags & 0x3f,
    duration: payload.readUInt16BE(2),
  }
}

/** Writes an event into the first four octets of `payload`. */
export function writeTelephoneEvent(payload: Buffer, event: TelephoneEvent): void {
  payload.writeUInt8(event.event, 0)
  payload.writeUInt8((event.isEnd ? 0x80 : 0) | (event.volume & 0x3f), 1)
  payload.writeUInt16BE(event.duration, 2)
}
