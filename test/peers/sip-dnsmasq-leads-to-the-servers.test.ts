import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { systemDns } from '../../src/sip/resolve/dns-lookups.ts'
import { NoSuchTarget, type TargetQuery, TargetResolver } from '../../src/sip/resolve/target-resolver.ts'
import { type Dnsmasq, startDnsmasq } from './dnsmasq/start-dnsmasq.ts'
import { call, endOf, portOf, startOurEnd } from './sipp/our-end.ts'

let dnsmasq: Dnsmasq

beforeAll(async () => {
  dnsmasq = await startDnsmasq([
    // order, preference, flags, service, regexp, replacement
    '--naptr-record=carrier.test,20,10,s,SIP+D2U,,_sip._udp.carrier.test',
    '--naptr-record=carrier.test,10,10,S,SIPS+D2T,,_sips._tcp.carrier.test',
    '--naptr-record=carrier.test,5,10,u,E2U+sip,!^.*$!sip:nobody@elsewhere.test!',
    // target, port, priority, weight
    '--srv-host=_sip._udp.carrier.test,first.test,5065,10,60',
    '--srv-host=_sip._udp.carrier.test,second.test,5066,20,10',
    '--srv-host=_sips._tcp.carrier.test,first.test,5071,10,10',
    '--srv-host=_sip._tcp.only-srv.test,second.test,5068,10,10',
    '--host-record=first.test,192.0.2.1,2001:db8::1,120',
    '--host-record=second.test,192.0.2.2,120',
    '--host-record=plain.test,192.0.2.3,120',
  ])
})

afterAll(() => dnsmasq?.stop())

/** Looks a name up at dnsmasq alone. */
async function found(query: TargetQuery, families: (4 | 6)[] = [4]): Promise<string[]> {
  const resolver = new TargetResolver({
    dns: systemDns([dnsmasq.address]),
    clock: systemClock,
    log: silentLog,
    random: () => 0,
    families,
  })
  const targets = await resolver.resolveTarget(query)
  return targets.map(({ transport, host, port }) => `${transport} ${host}:${port}`)
}

test('NAPTR says how, SRV where, A and AAAA at which address', async () => {
  expect(await found({ host: 'carrier.test' })).toEqual([
    'tls 192.0.2.1:5071',
    'udp 192.0.2.1:5065',
    'udp 192.0.2.2:5066',
  ])
  expect(await found({ host: 'carrier.test', transport: 'udp' }, [4, 6])).toEqual([
    'udp 192.0.2.1:5065',
    'udp 2001:db8::1:5065',
    'udp 192.0.2.2:5066',
  ])
})

test('names without NAPTR, or without any service, lead somewhere all the same', async () => {
  expect(await found({ host: 'only-srv.test' })).toEqual(['tcp 192.0.2.2:5068'])
  expect(await found({ host: 'plain.test' })).toEqual(['udp 192.0.2.3:5060'])
  expect(await found({ host: 'plain.test', port: 5099, transport: 'tls' })).toEqual(['tls 192.0.2.3:5099'])
})

test('a name that nobody has leads nowhere', async () => {
  await expect(found({ host: 'nobody.test' })).rejects.toThrow(NoSuchTarget)
})

test('addresses hold as long as DNS says', async () => {
  expect(await systemDns([dnsmasq.address]).addresses('first.test', 4)).toEqual({
    records: ['192.0.2.1'],
    ttlSeconds: 120,
  })
})

test('a DNS server that is not there is an error, not an empty answer', async () => {
  await expect(systemDns(['127.0.0.1:9']).srv('carrier.test')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('a call by name reaches the server, and shows the name', async () => {
  const [caller, callee] = [await startOurEnd(), await startOurEnd()]
  const named = await startDnsmasq([
    `--srv-host=_sip._udp.service.test,here.test,${portOf(callee)},10,10`,
    '--host-record=here.test,127.0.0.1',
  ])
  const resolver = new TargetResolver({ dns: systemDns([named.address]), clock: systemClock, log: silentLog })
  const shown: (string | undefined)[] = []
  callee.on('call', (incoming) => {
    shown.push(incoming.header('to'))
    incoming.reject(486)
  })
  const [target] = await resolver.resolveTarget({ host: 'service.test', user: '110' })
  if (target === undefined) throw new Error('no target')
  expect(await endOf(call(caller, 0, { target, to: { user: '110' } }))).toMatchObject({ kind: 'refused', status: 486 })
  expect(shown[0]).toMatch(/<sip:110@service\.test>/)
  await Promise.all([named.stop(), caller.close(), callee.close()])
})
