import { FakeClock } from '../../../fakes/fake-clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { startUserAgent } from '../../../src/sip/user-agent.ts'
import type { SipTarget, SipTransportName, SipUserAgent } from '../../../src/sip/user-agent.types.ts'
import { makeCertificate } from '../../../src/wire/tls/self-signed.ts'
import type { Kamailio } from './start-kamailio.ts'

/** A user agent of ours on real sockets whose time the test moves, and what it said and heard. */
export interface RegisteringEnd {
  readonly agent: SipUserAgent
  readonly clock: FakeClock
  /** `> REGISTER`, `< 401 Unauthorized`, in order. */
  readonly messages: string[]
  /** The same, whole. */
  readonly texts: string[]
}

/** Starts one on loopback: UDP, TCP and TLS on any free ports; it believes kamailio's certificate and no other. */
export async function startRegisteringEnd(kamailio: Kamailio): Promise<RegisteringEnd> {
  const clock = new FakeClock()
  const messages: string[] = []
  const texts: string[] = []
  const { cert, key } = makeCertificate(['127.0.0.1'], Date.now())
  const agent = await startUserAgent({
    listen: (['udp', 'tcp', 'tls'] as const).map((transport) => ({ transport, host: '127.0.0.1', port: 0 })),
    product: 'Yuyin',
    clock,
    random: () => 0,
    log: silentLog,
    tls: { certificate: cert, key, authorities: kamailio.certificate },
    onMessage({ direction, summary, text }) {
      messages.push(`${direction === 'sent' ? '>' : '<'} ${summary}`)
      texts.push(text())
    },
  })
  return { agent, clock, messages, texts }
}

/** Kamailio as a target. */
export function targetAt(kamailio: Kamailio, transport: SipTransportName, user?: string): SipTarget {
  const port = transport === 'tls' ? kamailio.tlsPort : kamailio.port
  return { host: '127.0.0.1', port, transport, ...(user !== undefined && { user }) }
}
