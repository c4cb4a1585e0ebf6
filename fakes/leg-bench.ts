import { SipLeg, type SipLegParts } from '../src/carrier/leg/sip-leg.ts'
import type { LegEnd } from '../src/engine/ports.ts'
import { silentLog } from '../src/lib/log.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeMedia } from './fake-media.ts'
import { FakeUserAgent } from './fake-sip.ts'

/** Legs over a SIP agent and media that are the test's. */
export class LegBench {
  readonly clock = new FakeClock()

  /** Whatever is due at once has happened. */
  settle(): Promise<void> {
    return this.clock.advance(0)
  }

  media(): FakeMedia {
    return new FakeMedia(this.clock)
  }

  /** A leg that has just been made. */
  make(media: FakeMedia, changes: Partial<SipLegParts> = {}) {
    const agent = new FakeUserAgent()
    const leg = new SipLeg({
      agent,
      media,
      clock: this.clock,
      log: silentLog,
      callId: '1^2',
      trunk: 'carrier',
      mediaHost: '127.0.0.1',
      advertisedHost: '192.0.2.1',
      codecs: ['PCMA', 'PCMU'],
      keys: 'rfc4733',
      learnsPort: false,
      srtp: 'off',
      silenceSeconds: 30,
      invite: {
        target: { host: '198.51.100.7', port: 5060, transport: 'udp', user: '13900000000' },
        from: { user: '057100000000' },
        to: { user: '13900000000' },
        ringTimeoutMs: 60_000,
      },
      ...changes,
    })
    return { agent, leg }
  }

  /** A leg on its way, with both its ends in hand. */
  async dial(media = this.media(), changes: Partial<SipLegParts> = {}) {
    const { agent, leg } = this.make(media, changes)
    const news: string[] = []
    const ends: LegEnd[] = []
    leg.on('ringing', () => news.push('ringing'))
    leg.on('earlyMedia', () => news.push('earlyMedia'))
    leg.on('answered', () => news.push('answered'))
    leg.on('ended', (end) => ends.push(end))
    await this.settle()
    return { agent, media, leg, news, ends }
  }
}
