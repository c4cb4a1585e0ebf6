import { silentLog } from '../src/lib/log.ts'
import { startUserAgent } from '../src/sip/user-agent.ts'
import type { IncomingCall } from '../src/sip/user-agent.types.ts'
import { FakeClock } from './fake-clock.ts'
import { SipNetwork } from './sip-network.ts'

/** A user agent at 192.0.2.1:5060 over UDP that takes no call, in a network where the test plays the others. */
export async function callee() {
  const clock = new FakeClock()
  const network = new SipNetwork()
  const agent = await startUserAgent(
    { listen: [{ transport: 'udp', host: '192.0.2.1', port: 5060 }], product: 'Yuyin', clock, log: silentLog },
    network.open,
  )
  const calls: IncomingCall[] = []
  agent.on('call', (call) => void calls.push(call))
  return { clock, network, agent, calls }
}
