import type { G711 } from '../codec/g711.ts'
import { frameSamples, type RtpSender } from '../rtp/rtp-sender.ts'
import { makeTone } from '../tone/make-tone.ts'
import { keyPress, keys, keyTones } from './keys.ts'
import { telephoneEventBytes, writeTelephoneEvent } from './telephone-event.ts'

/** RFC 4733 §2.5.1.4: the end of an event is sent three times. */
const endPackets = 3
/** Level of a key, below 0 dBm0; what handsets send. */
const eventVolume = 10
/** Level of each tone of a key, dB below full scale (0 dBm0 is 3.14 dB below it). */
const toneLevelDb = -13

/** One press in the making. */
export interface KeyLine {
  /** Whether the press and the rest after it are over. */
  readonly isDone: boolean
  /** Puts the next 20 ms of the press on the line. @returns false when the frame is left free for other audio */
  sendFrame(sender: RtpSender): boolean
}

const pressFrames = keyPress.holdFrames + keyPress.restFrames

/**
 * A key by RFC 4733: an update every 20 ms with the timestamp of the press and its duration so far, the last of them
 * as end, sent three times; the marker on the first (§2.5.1.1, §2.5.1.2).
 */
export function eventPress(key: string, payloadType: number): KeyLine {
  const payload = Buffer.alloc(telephoneEventBytes)
  let frame = 0
  let startTimestamp = 0
  return {
    get isDone() {
      return frame >= pressFrames
    },
    sendFrame(sender) {
      if (frame === 0) startTimestamp = sender.timestamp
      const isFirst = frame === 0
      frame++
      if (frame >= keyPress.holdFrames + endPackets) return false
      const duration = Math.min(frame, keyPress.holdFrames) * frameSamples
      const isEnd = frame >= keyPress.holdFrames
      writeTelephoneEvent(payload, { event: keys.indexOf(key), isEnd, volume: eventVolume, duration })
      sender.sendEvent(payloadType, payload, startTimestamp, isFirst)
      return true
    },
  }
}

/** A key as its two tones in the audio, for a far end that takes no telephone events. */
export function tonePress(key: string, payloadType: number, law: G711): KeyLine {
  const tone = law.encode(makeTone(keyTones[key] ?? [], keyPress.holdFrames * 20, toneLevelDb))
  let frame = 0
  const source = {
    fillFrame(packet: Uint8Array, offset: number) {
      if (frame >= keyPress.holdFrames) packet.fill(law.silence, offset, offset + frameSamples)
      else packet.set(tone.subarray(frame * frameSamples, (frame + 1) * frameSamples), offset)
    },
  }
  return {
    get isDone() {
      return frame >= pressFrames
    },
    sendFrame(sender) {
      sender.sendAudio(payloadType, source)
      frame++
      return true
    },
  }
}
