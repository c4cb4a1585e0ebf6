import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { SipNetwork } from '../../../fakes/sip-network.ts'
import { answer, expectNothingLeft, firstOf, news } from '../../../fakes/sip-pair.ts'
import { silentLog } from '../../lib/log.ts'
import type { SipTransportName } from '../sip-target.ts'
import { startUserAgent } from '../user-agent.ts'
import type { IncomingCall } from '../user-agent.types.ts'

/** An offer that makes its INVITE larger than 1,300 bytes. */
const largeOffer = `v=0\r\n${'a=x-padding:0123456789\r\n'.repeat(60)}`

/** A caller that speaks UDP and TCP, and a callee that speaks what it is given, both at one port for all transports. */
async function pairOf(calleeSpeaks: SipTransportName[], callerSpeaks: SipTransportName[] = ['udp', 'tcp']) {
  const clock = new FakeClock()
  const network = new SipNetwork()
  const start = (host: string, transports: SipTransportName[]) =>
    startUserAgent(
      {
        listen: transports.map((transport) => ({ transport, host, port: 5060 })),
        product: 'Yuyin',
        clock,
        log: silentLog,
      },
      network.open,
    )
  const caller = await start('192.0.2.1', callerSpeaks)
  const callee = await start('192.0.2.2', calleeSpeaks)
  const incoming: IncomingCall[] = []
  callee.on('call', (call) => void incoming.push(call))
  const invite = async (offer: string) => {
    const call = caller.invite({
      target: { user: '110', host: '192.0.2.2', port: 5060, transport: 'udp' },
      from: { user: '95588' },
      to: { user: '110' },
      offer,
      ringTimeoutMs: 60_000,
    })
    const told = news(call)
    await clock.advance(0)
    return { call, told }
  }
  const invites = () => network.flown.filter(({ message }) => message.kind === 'request' && message.method === 'INVITE')
  /** `UDP` or `TCP`, as the Via of each INVITE says. */
  const ways = () => invites().map(({ message }) => /\/(\w+) /.exec(message.headers.first('via') ?? '')?.[1])
  return { clock, network, caller, callee, incoming, invite, ways }
}

describe('a request above 1,300 bytes', () => {
  test('goes over TCP, and the call lives and ends as any other', async () => {
    const { clock, caller, callee, incoming, invite, ways } = await pairOf(['udp', 'tcp'])
    const { call, told } = await invite(largeOffer)
    firstOf(incoming).accept(answer)
    await clock.advance(0)
    call.hangUp()
    await clock.advance(0)
    expect(firstOf(incoming).request.source.transport).toBe('tcp')
    expect(ways()).toEqual(['TCP'])
    expect(told).toEqual(['answered with SDP', 'ended {"kind":"bye","by":"here"}'])
    await expectNothingLeft(clock, caller, callee)
  })

  test('is cancelled, and its refusal acknowledged, over TCP too', async () => {
    const { clock, network, incoming, invite } = await pairOf(['udp', 'tcp'])
    const { call, told } = await invite(largeOffer)
    firstOf(incoming).ring()
    await clock.advance(0)
    call.hangUp()
    await clock.advance(0)
    expect(told.at(-1)).toBe('ended {"kind":"cancelled","by":"here"}')
    const vias = network.flown.map(({ message }) => message.headers.first('via'))
    expect(vias.every((via) => via?.startsWith('SIP/2.0/TCP'))).toBe(true)
    expect(network.sent()).toEqual(['INVITE', '100', '180', 'CANCEL', '200', '487', 'ACK'])
  })

  test('falls back to UDP where nobody takes TCP, with its repeats, and TCP is left alone for ten minutes', async () => {
    const { clock, network, caller, callee, incoming, invite, ways } = await pairOf(['udp'])
    let lost = 0
    network.loses = ({ message }) => message.headers.first('via')?.includes('UDP') === true && lost++ < 1
    const { told } = await invite(largeOffer)
    await clock.advance(500)
    expect(ways()).toEqual(['TCP', 'UDP', 'UDP'])
    firstOf(incoming).reject(486)
    await clock.advance(0)
    expect(told).toEqual([expect.stringContaining('"status":486')])
    await invite(largeOffer)
    expect(ways().slice(3)).toEqual(['UDP'])
    incoming[1]?.reject(486)
    await clock.advance(600_000)
    await invite(largeOffer)
    expect(ways().slice(4)).toEqual(['TCP', 'UDP'])
    incoming[2]?.reject(486)
    await expectNothingLeft(clock, caller, callee)
  })

  test('stays on UDP when this end has no TCP, and small ones always do', async () => {
    const { invite, ways } = await pairOf(['udp', 'tcp'], ['udp'])
    await invite(largeOffer)
    expect(ways()).toEqual(['UDP'])
    const both = await pairOf(['udp', 'tcp'])
    await both.invite('v=0\r\n')
    expect(both.ways()).toEqual(['UDP'])
  })
})
