import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { ReceptionStatistics } from '../rtp/reception-statistics.ts'
import { RtpSender } from '../rtp/rtp-sender.ts'
import { middleBits, ntpTime, spanMs } from './ntp-time.ts'
import { parseRtcp } from './parse-rtcp.ts'
import { rtcpIntervalMs } from './rtcp-interval.ts'
import type { RtcpPacket } from './rtcp-packet.ts'
import { RtcpReporter } from './rtcp-reporter.ts'

const silence = { fillFrame: () => undefined }

/** A reporter whose reports are kept; what it sends reaches `far` after `delayMs`. */
function member(clock: FakeClock, random: number, delayMs = 0) {
  const sent: RtcpPacket[][] = []
  const sender = new RtpSender(
    () => random,
    () => undefined,
  )
  let far: RtcpReporter | undefined
  let heard: ReceptionStatistics | undefined
  const reporter = new RtcpReporter({
    clock,
    random: () => random,
    sender,
    timestampNow: () => 77,
    reception: () => heard,
    send: (datagram) => {
      sent.push(parseRtcp(datagram) ?? [])
      if (far !== undefined) clock.after(delayMs, () => far?.receive(datagram))
    },
  })
  return {
    sent,
    sender,
    reporter,
    reaches(other: RtcpReporter) {
      far = other
    },
    hears(statistics: ReceptionStatistics) {
      heard = statistics
    },
  }
}

describe('reports', () => {
  it('come at the intervals of two members: half of it first, then five seconds, spread by half either way', async () => {
    const clock = new FakeClock()
    const { reporter, sent } = member(clock, 0.5)
    reporter.start()
    reporter.start()
    await clock.advance(2053)
    expect(sent).toHaveLength(1)
    await clock.advance(4103)
    expect(sent).toHaveLength(1)
    await clock.advance(3)
    expect(sent).toHaveLength(2)
    expect(rtcpIntervalMs(2, 128, false, 0)).toBeCloseTo(2052, 0)
    expect(rtcpIntervalMs(2, 128, false, 1)).toBeCloseTo(6156, 0)
    expect(rtcpIntervalMs(1000, 128, false, 0.5)).toBeCloseTo(210_122, -2)
  })

  it('are receiver reports until something is sent, and again when nothing is sent any more', async () => {
    const clock = new FakeClock()
    const { reporter, sender, sent } = member(clock, 0.5)
    reporter.start()
    await clock.advance(2100)
    sender.sendAudio(8, silence)
    await clock.advance(8300)
    expect(sent.map(([first]) => first?.kind)).toEqual(['receiverReport', 'senderReport', 'receiverReport'])
    expect(sent[1]?.[0]).toMatchObject({ sender: { rtpTimestamp: 77, packetCount: 1, octetCount: 160 } })
    expect(sent[1]?.[1]).toMatchObject({ kind: 'description', ssrc: sender.ssrc, cname: 'iiiiiiiiiiiiiiii' })
  })

  it('end with a BYE, once, and leave no timer', async () => {
    const clock = new FakeClock()
    const { reporter, sender, sent } = member(clock, 0.5)
    reporter.stop()
    expect(sent).toEqual([])
    reporter.start()
    reporter.stop()
    reporter.stop()
    expect(sent.map((packets) => packets.map(({ kind }) => kind))).toEqual([['receiverReport', 'description', 'bye']])
    expect(sent[0]?.[2]).toEqual({ kind: 'bye', ssrcs: [sender.ssrc], reason: '' })
    expect(clock.pendingTimers).toBe(0)
  })

  it('tell the round trip to the one whose report they answer', async () => {
    const clock = new FakeClock()
    const here = member(clock, 0.4, 30)
    const there = member(clock, 0.7, 50)
    here.reaches(there.reporter)
    there.reaches(here.reporter)
    there.hears(new ReceptionStatistics(here.sender.ssrc, 0))
    here.sender.sendAudio(8, silence)
    here.reporter.start()
    there.reporter.start()
    await clock.advance(10_000)
    expect(here.reporter.roundTripMs).toBeCloseTo(80, 0)
    expect(there.reporter.roundTripMs).toBeUndefined()
  })

  it('that are broken are refused', () => {
    expect(member(new FakeClock(), 0.5).reporter.receive(Buffer.from('nonsense'))).toBe(false)
  })
})

describe('NTP time', () => {
  it('counts from 1900, in seconds and their fraction', () => {
    expect(ntpTime(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 })
    expect(ntpTime(1500)).toEqual({ seconds: 2_208_988_801, fraction: 0x8000_0000 })
  })

  it('has a middle whose differences are spans, also over its end', () => {
    expect(middleBits({ seconds: 0x1234_5678, fraction: 0x9abc_def0 })).toBe(0x5678_9abc)
    expect(spanMs(65_536)).toBe(1000)
    expect(spanMs(0x0000_8000 - 0xffff_8000)).toBe(1000)
    expect(spanMs(-5)).toBe(0)
  })
})
