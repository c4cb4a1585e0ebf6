import type { TestContext } from 'vitest'
import type {
  IncomingCall,
  OutgoingCall,
  SipCall,
  SipCallEnd,
  SipUserAgent,
} from '../../../src/sip/user-agent.types.ts'
import { endOf, fastClock, portOf, startOurEnd } from './our-end.ts'
import { type Sipp, type SippOptions, startSipp } from './run-sipp.ts'
import { scenario } from './scenario.ts'

/** One second of a test is half a minute for our end: a session of 90 s is refreshed after 1.5 s. */
const times = 30

/** For `test.concurrent`: each test has a user agent and a sipp of its own, and both go with it. */
async function ourEnd(test: TestContext, isFast: boolean, t1Ms = 500): Promise<SipUserAgent> {
  const agent = await (isFast ? startOurEnd(t1Ms * times, undefined, fastClock(times)) : startOurEnd(t1Ms))
  test.onTestFinished(() => agent.close())
  return agent
}

async function startedSipp(test: TestContext, options: SippOptions): Promise<Sipp> {
  const sipp = await startSipp(options)
  test.onTestFinished(() => sipp.stop())
  return sipp
}

/** Sipp as the phone, with those steps. */
export async function sippIsCalled(
  test: TestContext,
  steps: string[],
  isFast = false,
): Promise<{ agent: SipUserAgent; sipp: Sipp }> {
  const agent = await ourEnd(test, isFast)
  return { agent, sipp: await startedSipp(test, { scenario: scenario(...steps), calls: 1 }) }
}

/** Sipp as the caller, with those steps; each call is handed to `take`. @returns the end of the first one */
export async function sippCalls(
  test: TestContext,
  steps: string[],
  take: (call: IncomingCall) => void,
  how: { isFast?: boolean; t1Ms?: number } = {},
): Promise<SipCallEnd | undefined> {
  const agent = await ourEnd(test, how.isFast ?? false, how.t1Ms)
  let end: Promise<SipCallEnd> | undefined
  agent.on('call', (call) => {
    end ??= endOf(call)
    take(call)
  })
  const sipp = await startedSipp(test, { scenario: scenario(...steps), calls: 1, target: { port: portOf(agent) } })
  await sipp.finished()
  return end
}

/** How our call ended, once sipp is content too; fails as soon as sipp does. */
export async function endOfBoth(out: OutgoingCall, sipp: Sipp): Promise<SipCallEnd> {
  const [end] = await Promise.all([endOf(out), sipp.finished()])
  return end
}

/** Answers each offer of the far end with the same description, and keeps them. */
export function agreeing(call: SipCall, description: string): string[] {
  const offers: string[] = []
  call.on('offer', (offer, respond) => {
    offers.push(offer)
    respond({ description })
  })
  return offers
}
