import type { Config } from '../../config.ts'
import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import { systemClock } from '../../lib/clock.ts'
import { silentLog } from '../../lib/log.ts'
import { startUserAgent } from '../../sip/user-agent.ts'
import { nextHops } from '../../trunks.ts'

/** What one address of a next hop said. */
export interface NextHopAnswer {
  /** `192.0.2.1:5060/udp` */
  readonly target: string
  readonly isAlive: boolean
  readonly words: string
}

/** T1 of the question, milliseconds: a next hop that does not answer within 64 of it is away. */
const t1Ms = 60

/**
 * Asks every address of a next hop by OPTIONS, from a port of its own: a carrier that knows this end by its port may
 * answer a node and not this.
 */
export async function askNextHop(profile: TrunkProfile, config: Config): Promise<NextHopAnswer[]> {
  const parts = { clock: systemClock, log: silentLog }
  const resolve = nextHops(parts)
  const targets = await resolve(profile).catch((error: unknown) => String(error))
  if (typeof targets === 'string') return [{ target: profile.host, isAlive: false, words: targets }]
  const transports = [...new Set(targets.map(({ transport }) => transport))]
  const agent = await startUserAgent({
    listen: transports.map((transport) => ({ transport, host: config.sipHost, port: 0 })),
    product: 'Yuyin',
    t1Ms,
    ...parts,
  })
  try {
    return await Promise.all(
      targets.map(async (target): Promise<NextHopAnswer> => {
        const { status, reason } = await agent.options(target)
        const isAlive = status !== 408 && status !== 503
        const words = status === 408 ? 'does not answer OPTIONS' : `answers ${status} ${reason}`
        return { target: `${target.host}:${target.port}/${target.transport}`, isAlive, words }
      }),
    )
  } finally {
    await agent.close()
  }
}
