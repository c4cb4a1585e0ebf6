import { expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { isRequest } from '../../../fakes/sip-far-end.ts'
import { SipNetwork } from '../../../fakes/sip-network.ts'
import { silentLog } from '../../lib/log.ts'
import { responseTo } from '../message/response-to.ts'
import { startUserAgent } from '../user-agent.ts'

/** Whether credentials come to a registrar that is known by one spelling of its address and answers from another. */
async function isAnswered(known: string, answersFrom: string): Promise<boolean> {
  const clock = new FakeClock()
  const network = new SipNetwork()
  const listen = [{ transport: 'udp' as const, host: '2001:db8::1', port: 5060 }]
  const agent = await startUserAgent({ listen, product: 'Yuyin', clock, log: silentLog }, network.open)
  const arrived: boolean[] = []
  const socket = network.peer({ transport: 'udp', host: answersFrom, port: 5061 })
  network.peer({ transport: 'udp', host: known, port: 5060 }, (message) => {
    if (!isRequest(message)) return
    arrived.push(message.headers.count('authorization') > 0)
    const headers: [string, string][] = [['WWW-Authenticate', 'Digest realm="carrier", nonce="one", qop="auth"']]
    socket.send(responseTo(message, 401, { toTag: 'r', headers }), { host: '2001:db8::1', port: 5060 })
  })
  agent.register({
    targets: async () => [{ host: known, port: 5060, transport: 'udp' }],
    user: '057128880000',
    domain: 'carrier.example',
    credentials: { username: 'trunk', password: 'secret' },
  })
  await clock.advance(0)
  await agent.close()
  return arrived.includes(true)
}

test('the registrar is the one that was asked, however its IPv6 address is spelt, and nobody else', async () => {
  expect(await isAnswered('2001:DB8:0::9', '2001:db8::9')).toBe(true)
  expect(await isAnswered('2001:db8::9', '2001:db8::66')).toBe(false)
})
