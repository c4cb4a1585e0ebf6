import { outcomeFromSip } from '../src/carrier/outcome-from-sip.ts'
import type { LegPlan, TrunkBoard } from '../src/carrier/trunks/ports.ts'
import { TrunkGroup } from '../src/carrier/trunks/trunk-group.ts'
import { type TrunkProfile, usualTrunk } from '../src/domain/trunk/trunk-profile.ts'
import type { LegEnd } from '../src/engine/ports.ts'
import { silentLog } from '../src/lib/log.ts'
import type { SipTarget } from '../src/sip/user-agent.types.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeOutgoingCall, FakeUserAgent } from './fake-sip.ts'
import { FakeLeg } from './fake-trunk.ts'

/** A user agent whose next hops answer OPTIONS as they are told to. */
class PingedAgent extends FakeUserAgent {
  /** What each host answers; 408 for one that is away. */
  readonly statuses = new Map<string, number>()

  override async options(target?: SipTarget): Promise<{ status: number; reason: string }> {
    const status = this.statuses.get(target?.host ?? '') ?? 200
    return { status, reason: status === 200 ? 'OK' : '' }
  }
}

/** A group of trunks whose next hops are the test: `hop(0).refuse(503)`, `hop(1).ring()`. */
export function trunkBench(
  profiles: readonly (Partial<TrunkProfile> & { name: string })[],
  options: { board?: TrunkBoard; addresses?: (profile: TrunkProfile) => Promise<readonly string[]> } = {},
) {
  const clock = new FakeClock()
  const agent = new PingedAgent()
  const legs: FakeLeg[] = []
  const addresses = options.addresses ?? (async ({ host }) => [host])
  const group = new TrunkGroup({
    agent,
    makeLeg(plan) {
      const leg = legOf(plan)
      legs.push(leg)
      return leg
    },
    resolve: async (profile) => (await addresses(profile)).map((host) => ({ host, port: 5060, transport: 'udp' })),
    ...(options.board === undefined ? {} : { board: options.board }),
    ringSeconds: 60,
    clock,
    log: silentLog,
    random: () => 0,
  })
  const full = profiles.map((facts, priority) => ({
    ...usualTrunk,
    host: `${facts.name}.example`,
    destinations: ['*'],
    pingSeconds: 0,
    priority,
    ...facts,
  }))
  group.set(full.map((profile) => ({ profile, origin: 'store' })))
  const hop = (index: number) => hopOf(agent.calls[index])
  /** Dials and writes down what the engine is told. */
  const dial = (to = '13900000000', from = '') => {
    const leg = group.dial({ callId: '1^1', to, from })
    const news: string[] = []
    leg.on('ringing', () => news.push('ringing'))
    leg.on('answered', () => news.push('answered'))
    leg.on('ended', (end) => news.push(wordsOf(end)))
    return { leg, news }
  }
  /** Hosts that INVITEs were sent to, in order. */
  const tried = () => agent.calls.map(({ request }) => request.target.host)
  return { clock, agent, group, legs, profiles: full, hop, dial, tried }
}

/** The far end of one INVITE. */
function hopOf(call: FakeOutgoingCall | undefined) {
  if (!(call instanceof FakeOutgoingCall)) throw new Error('no such INVITE was sent')
  return {
    request: call.request,
    trying() {
      call.state = 'proceeding'
    },
    ring(status = 180) {
      call.state = 'early'
      call.emit('progress', status, undefined)
    },
    answer: () => call.answer(),
    refuse(status: number, retryAfterSeconds?: number) {
      const asked = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
      call.end({ kind: 'refused', status, reason: '', local: false, ...asked })
    },
    break: (reason: string) => call.end({ kind: 'failed', reason }),
    hangUp: () => call.end({ kind: 'bye', by: 'there' }),
    isOver: () => call.state === 'terminated',
  }
}

/** A leg as the SIP leg is, without sound. */
function legOf(plan: LegPlan): FakeLeg {
  const { callId, invite } = plan
  const leg = new FakeLeg({ callId, to: invite.to.user, from: invite.from.user })
  const call = plan.agent.invite({ ...invite, offer: '' })
  let isAnswered = false
  call.on('progress', (status) => {
    if (status === 180) leg.emit('ringing')
  })
  call.once('answered', () => {
    isAnswered = true
    leg.answer()
  })
  call.once('ended', (end) => {
    if (isAnswered) leg.end({ answered: true, by: end.kind === 'bye' && end.by === 'there' ? 'callee' : 'here' })
    else leg.end({ answered: false, ...outcomeFromSip(end) })
  })
  leg.hangUp = () => {
    leg.hangUps++
    call.hangUp()
  }
  return leg
}

function wordsOf(end: LegEnd): string {
  if (end.answered) return `hung up by ${end.by}`
  return `${end.outcome}${end.sipStatus === undefined ? '' : ` ${end.sipStatus}`}`
}
