import type { Config } from '../../config.ts'
import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import { systemClock } from '../../lib/clock.ts'
import { silentLog } from '../../lib/log.ts'
import { NoSuchTarget } from '../../sip/resolve/target-resolver.ts'
import type { SipTarget } from '../../sip/sip-target.ts'
import { startUserAgent } from '../../sip/user-agent.ts'
import type { SipMessageEvent } from '../../sip/user-agent.types.ts'
import { nextHops } from '../../trunks.ts'
import { reasonOf } from '../expected-reason.ts'
import { viaOf, type WayBack, wayBack } from './way-back.ts'

/** What one address of a next hop said. */
export interface NextHopAnswer extends WayBack {
  /** `192.0.2.1:5060/udp` */
  readonly target: string
  /** Its address; the name when it could not be looked up. */
  readonly host: string
  readonly isAlive: boolean
  readonly words: string
}

/** T1 of the question, milliseconds: a next hop that does not answer within 64 of it is away. */
const t1Ms = 60

/**
 * Asks every address of a next hop by OPTIONS, from a port of its own: a carrier that knows this end by its port may
 * answer a node and not this.
 */
export async function askNextHop(
  profile: TrunkProfile,
  config: Pick<Config, 'sipHost'>,
  resolve = nextHops({ clock: systemClock, log: silentLog }),
): Promise<NextHopAnswer[]> {
  const { host } = profile
  let targets: readonly SipTarget[]
  try {
    targets = await resolve(profile)
  } catch (error) {
    // DNS has nothing of the name, or does not answer.
    return [{ target: host, host, isAlive: false, words: `cannot be found: ${reasonOf(error, NoSuchTarget)}` }]
  }
  // TLS shows who we are by a certificate: only the node has one.
  const open = targets.filter(({ transport }) => transport !== 'tls')
  if (open.length === 0) return [{ target: host, host, isAlive: true, words: 'TLS: only a running node asks' }]
  const seen = new Map<string, { sent?: string; received?: string }>()
  const agent = await startUserAgent({
    listen: [...new Set(open.map(({ transport }) => transport))].map((transport) => ({
      transport,
      host: config.sipHost,
      port: 0,
    })),
    product: 'Yuyin',
    t1Ms,
    clock: systemClock,
    log: silentLog,
    onMessage: (message: SipMessageEvent) => {
      const via = viaOf(message.text())
      const { host: address, port } = message.remote
      const before = seen.get(`${address}:${port}`)
      seen.set(`${address}:${port}`, { ...before, [message.direction]: via })
    },
  })
  try {
    return await Promise.all(
      open.map(async (target): Promise<NextHopAnswer> => {
        const { status, reason } = await agent.options(target)
        const isAlive = status !== 408 && status !== 503
        const words = status === 408 ? 'does not answer OPTIONS' : `answers ${status} ${reason}`
        const { sent, received } = seen.get(`${target.host}:${target.port}`) ?? {}
        const name = `${target.host}:${target.port}/${target.transport}`
        return { target: name, host: target.host, isAlive, words, ...wayBack(sent, received) }
      }),
    )
  } finally {
    await agent.close()
  }
}
