import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { g711 } from '../codec/g711.ts'
import { parseRtp, type RtpPacket } from '../rtp/rtp-packet.ts'
import { RtpSender } from '../rtp/rtp-sender.ts'
import { makeTone } from '../tone/make-tone.ts'
import { EventReceiver } from './event-receiver.ts'
import { eventPress, type KeyLine, tonePress } from './key-line.ts'
import { keys, keyTones, readKeys } from './keys.ts'
import { parseTelephoneEvent, writeTelephoneEvent } from './telephone-event.ts'
import { ToneDetector } from './tone-detector.ts'

const law = g711('PCMA')
const silence = { fillFrame: (packet: Uint8Array, offset: number) => void packet.fill(law.silence, offset) }

/** All packets of the presses, with silence where a press leaves the frame free. */
function sent(presses: KeyLine[], startTimestamp = 0): RtpPacket[] {
  const packets: RtpPacket[] = []
  const sender = new RtpSender(
    () => startTimestamp / 0x1_0000_0000,
    (datagram) => {
      const packet = parseRtp(Buffer.from(datagram))
      if (packet !== undefined) packets.push(packet)
    },
  )
  for (const press of presses) {
    while (!press.isDone) if (!press.sendFrame(sender)) sender.sendAudio(8, silence)
  }
  return packets
}

/** What a receiver tells of these packets, one every 20 ms, and of half a second after them. */
function heard(packets: readonly RtpPacket[]): [string, number][] {
  const told: [string, number][] = []
  const receiver = new EventReceiver((key, durationMs) => told.push([key, durationMs]))
  let nowMs = 0
  for (const packet of packets) {
    nowMs += 20
    if (packet.payloadType === 101) receiver.receive(packet.timestamp, packet.payload, nowMs)
    receiver.tick(nowMs)
  }
  receiver.tick(nowMs + 500)
  return told
}

describe('keys', () => {
  it('are the sixteen of a telephone, small letters included', () => {
    expect(readKeys('09*#aD')).toEqual(['0', '9', '*', '#', 'A', 'D'])
    expect(() => readKeys('12x')).toThrow("'x' is no key")
    expect(Object.keys(keyTones).sort()).toEqual([...keys].sort())
  })
})

describe('a telephone event', () => {
  it('has its fields where RFC 4733 §2.3 puts them, and is read as it was written', () => {
    const payload = Buffer.alloc(4)
    writeTelephoneEvent(payload, { event: 11, isEnd: true, volume: 10, duration: 800 })
    expect(payload.toString('hex')).toBe('0b8a0320')
    expect(parseTelephoneEvent(payload)).toEqual({ event: 11, isEnd: true, volume: 10, duration: 800 })
    expect(parseTelephoneEvent(payload.subarray(0, 3))).toBeUndefined()
  })
})

describe('a press by telephone events', () => {
  const packets = sent([eventPress('5', 101)])
  const events = packets.filter((packet) => packet.payloadType === 101)

  it('keeps its timestamp, counts its duration, marks its start and ends three times', () => {
    expect(new Set(events.map((packet) => packet.timestamp))).toEqual(new Set([0]))
    expect(events.map((packet) => packet.marker)).toEqual([true, false, false, false, false, false, false])
    expect(events.map((packet) => parseTelephoneEvent(packet.payload)?.duration)).toEqual([
      160, 320, 480, 640, 800, 800, 800,
    ])
    expect(events.map((packet) => parseTelephoneEvent(packet.payload)?.isEnd)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      true,
    ])
  })

  it('numbers its packets one by one and leaves room before the next key', () => {
    expect(packets.map((packet) => packet.sequence)).toEqual(packets.map((_, i) => i))
    const starts = sent([eventPress('5', 101), eventPress('5', 101)]).filter(({ payloadType, marker }) => {
      return payloadType === 101 && marker
    })
    expect(starts.map((packet) => packet.timestamp)).toEqual([0, 1600])
  })
})

describe('a receiver of telephone events', () => {
  it('tells each press once, with its duration, whatever the keys and where the timestamps begin', () => {
    const text = fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 0xffff_ffff }), (pressed, start) => {
        const packets = sent(
          pressed.map((key) => eventPress(key, 101)),
          start,
        )
        expect(heard(packets)).toEqual(pressed.map((key) => [key, 100]))
      }),
    )
  })

  it('tells a press of which any one packet came', () => {
    const events = sent([eventPress('7', 101)]).filter((packet) => packet.payloadType === 101)
    for (const only of events) {
      const duration = (parseTelephoneEvent(only.payload)?.duration ?? 0) / 8
      expect(heard([only])).toEqual([['7', duration]])
    }
  })

  it('tells presses once when packets are lost, doubled and out of order', () => {
    const all = sent([eventPress('1', 101), eventPress('1', 101), eventPress('2', 101)])
    const events = all.filter((packet) => packet.payloadType === 101)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 20 }), (picks) => {
        const arriving = [0, 7, 14].flatMap((first) => picks.map((pick) => events[first + pick]))
        const told = heard(arriving.filter((packet) => packet !== undefined))
        expect(told.map(([key]) => key)).toEqual(['1', '1', '2'])
      }),
    )
  })

  it('takes a press longer than a timestamp can say as one', () => {
    const told: [string, number][] = []
    const receiver = new EventReceiver((key, durationMs) => told.push([key, durationMs]))
    const update = (timestamp: number, duration: number, isEnd: boolean) => {
      const payload = Buffer.alloc(4)
      writeTelephoneEvent(payload, { event: 3, isEnd, volume: 10, duration })
      receiver.receive(timestamp, payload, 0)
    }
    update(1000, 0xffff, false)
    update(1000 + 0xffff, 160, false)
    update(1000 + 0xffff, 800, true)
    expect(told).toEqual([['3', Math.round((0xffff + 800) / 8)]])
  })

  it('tells that a key is down with its first packet, once, before the press is over', () => {
    const events = sent([eventPress('1', 101), eventPress('1', 101)]).filter(({ payloadType }) => payloadType === 101)
    const told: string[] = []
    const receiver = new EventReceiver(
      (key, durationMs) => told.push(`${key} up after ${durationMs}`),
      (key) => told.push(`${key} down`),
    )
    const [first, ...others] = events
    if (first !== undefined) receiver.receive(first.timestamp, first.payload, 0)
    expect(told).toEqual(['1 down'])
    for (const packet of others) receiver.receive(packet.timestamp, packet.payload, 0)
    expect(told).toEqual(['1 down', '1 up after 100', '1 down', '1 up after 100'])
  })

  it('passes over flash hooks, tones of a line, short payloads; starts anew with a new source', () => {
    const told: string[] = []
    const receiver = new EventReceiver((key) => told.push(key))
    receiver.receive(5000, Buffer.of(16, 0x8a, 0, 160), 0)
    receiver.receive(5000, Buffer.of(1), 0)
    receiver.receive(5000, Buffer.of(1, 0x8a, 0, 160), 0)
    receiver.receive(100, Buffer.of(2, 0x8a, 0, 160), 0)
    receiver.restart()
    receiver.receive(100, Buffer.of(2, 0x8a, 0, 160), 0)
    expect(told).toEqual(['1', '2'])
  })
})

describe('keys in the audio', () => {
  const detect = (...stretches: Int16Array[]) => {
    const told: [string, number][] = []
    const detector = new ToneDetector((key, durationMs) => told.push([key, durationMs]))
    for (const stretch of stretches) detector.hear(stretch)
    detector.hear(new Int16Array(800))
    return told
  }

  it.each([...keys])('are heard as they were pressed: %s', (key) => {
    for (const codec of ['PCMA', 'PCMU'] as const) {
      const packets = sent([tonePress(key, 8, g711(codec)), tonePress(key, 8, g711(codec))])
      const told = detect(...packets.map((packet) => g711(codec).decode(packet.payload)))
      expect(told.map(([told]) => told)).toEqual([key, key])
      for (const [, durationMs] of told) expect(Math.abs(durationMs - 100)).toBeLessThanOrEqual(26)
    }
  })

  it('are told as soon as they are recognised, and are never told twice', () => {
    const told: string[] = []
    const detector = new ToneDetector(
      () => told.push('up'),
      (key) => told.push(key),
    )
    detector.hear(makeTone([697, 1209], 40))
    expect(told).toEqual(['1'])
    detector.hear(makeTone([697, 1209], 500))
    detector.hear(new Int16Array(800))
    expect(told).toEqual(['1', 'up'])
  })

  it('are heard when they last 40 ms, wherever they begin, 1.5 % off, under noise and with one tone 6 dB weaker', () => {
    for (const key of keys) {
      const [low = 0, high = 0] = keyTones[key] ?? []
      for (const off of [0.985, 1, 1.015]) {
        for (let before = 0; before < 51; before += 7) {
          const strong = makeTone([low * off], 40, -12)
          const weak = makeTone([high * off], 40, -18)
          const press = strong.map((sample, i) => sample + (weak[i] ?? 0) + ((i * 7919) % 401) - 200)
          expect(detect(new Int16Array(before), press).map(([told]) => told)).toEqual([key])
        }
      }
    }
  })

  it('are not heard 3.5 % off, nor in tones that glide past', () => {
    const glide = (share: number) => {
      let [low, high] = [0, 0]
      return Int16Array.from({ length: 4000 }, (_, i) => {
        const at = 0.9 + (0.2 * i * share) / 4000
        low += (2 * Math.PI * 770 * at) / 8000
        high += (2 * Math.PI * 1336 * at) / 8000
        return 6000 * Math.sin(low) + 6000 * Math.sin(high)
      })
    }
    expect(detect(makeTone([770 * 1.04, 1336 * 1.04], 300))).toEqual([])
    expect(detect(makeTone([770 * 0.96, 1336 * 0.96], 300))).toEqual([])
    expect(detect(glide(8))).toEqual([])
  })

  it('are not heard in single tones, other pairs, blips, nor in something like speech', () => {
    expect(detect(makeTone([697], 500))).toEqual([])
    expect(detect(makeTone([440, 350], 500))).toEqual([])
    expect(detect(makeTone([697, 1209], 25))).toEqual([])
    expect(detect(makeTone([697, 1209], 300, -60))).toEqual([])
    expect(detect(makeTone([697, 1209, 300, 2100], 300, -20))).toEqual([])
  })
})
