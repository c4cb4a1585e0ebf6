import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { silentLog } from '../../lib/log.ts'
import type { DnsLookups, NaptrRecord, SrvRecord } from './dns-lookups.ts'
import { srvOrder } from './srv-order.ts'
import { NoSuchTarget, type ResolverOptions, TargetResolver } from './target-resolver.ts'

interface Zone {
  naptr?: Record<string, NaptrRecord[]>
  srv?: Record<string, SrvRecord[]>
  a?: Record<string, string[]>
  aaaa?: Record<string, string[]>
}

/** A resolver whose DNS is a table; `asked` lists the questions, `broken` names fail. */
function resolverOf(zone: Zone, options: Partial<ResolverOptions> = {}) {
  const clock = new FakeClock()
  const asked: string[] = []
  const broken = new Set<string>()
  const answer = <T>(table: Record<string, T[]> | undefined, type: string, name: string, ttlSeconds: number) => {
    asked.push(`${type} ${name}`)
    if (broken.has(name)) return Promise.reject(new Error(`SERVFAIL ${name}`))
    return Promise.resolve({ records: table?.[name] ?? [], ttlSeconds })
  }
  const dns: DnsLookups = {
    naptr: (name) => answer(zone.naptr, 'NAPTR', name, 30),
    srv: (name) => answer(zone.srv, 'SRV', name, 30),
    addresses: (name, family) => answer(family === 4 ? zone.a : zone.aaaa, family === 4 ? 'A' : 'AAAA', name, 300),
  }
  const resolver = new TargetResolver({ dns, clock, log: silentLog, random: () => 0, ...options })
  const shown = async (query: Parameters<TargetResolver['resolveTarget']>[0]) =>
    (await resolver.resolveTarget(query)).map(({ transport, host, port }) => `${transport} ${host}:${port}`)
  return { clock, asked, broken, resolver, shown, zone }
}

const naptr = (order: number, preference: number, service: string, replacement: string): NaptrRecord => ({
  order,
  preference,
  flags: 's',
  service,
  replacement,
})
const srv = (priority: number, weight: number, port: number, name: string): SrvRecord => ({
  priority,
  weight,
  port,
  name,
})

describe('what needs no service record', () => {
  test('an address is its own target, without a question', async () => {
    const { shown, asked, resolver } = resolverOf({})
    expect(await shown({ host: '192.0.2.1' })).toEqual(['udp 192.0.2.1:5060'])
    expect(await shown({ host: '2001:db8::1', transport: 'tls' })).toEqual(['tls 2001:db8::1:5061'])
    expect(await resolver.resolveTarget({ host: '192.0.2.1', port: 5070, transport: 'tcp', user: '110' })).toEqual([
      { host: '192.0.2.1', port: 5070, transport: 'tcp', user: '110' },
    ])
    expect(asked).toEqual([])
  })

  test('a name with a port is looked up as it stands', async () => {
    const { resolver, asked } = resolverOf({ a: { 'gw.example': ['192.0.2.1', '192.0.2.2'] } })
    const trust = { verify: 'off' } as const
    const targets = await resolver.resolveTarget({ host: 'gw.example', port: 5080, transport: 'tls', trust })
    const domain = { host: 'gw.example', port: 5080 }
    expect(targets).toEqual([
      { host: '192.0.2.1', port: 5080, transport: 'tls', domain, trust },
      { host: '192.0.2.2', port: 5080, transport: 'tls', domain, trust },
    ])
    expect(asked).toEqual(['A gw.example'])
  })

  test('a name without service records is a machine at the usual port', async () => {
    const { shown } = resolverOf({ a: { 'gw.example': ['192.0.2.1'] } })
    expect(await shown({ host: 'gw.example' })).toEqual(['udp 192.0.2.1:5060'])
    expect(await shown({ host: 'gw.example', transport: 'tls' })).toEqual(['tls 192.0.2.1:5061'])
  })
})

describe('services', () => {
  const zone: Zone = {
    naptr: {
      'carrier.example': [
        naptr(50, 50, 'SIP+D2U', '_sip._udp.carrier.example'),
        naptr(10, 60, 'SIP+D2T', '_sip._tcp.carrier.example'),
        naptr(10, 50, 'sips+d2t', '_sips._tcp.carrier.example'),
        naptr(1, 1, 'E2U+sip', 'elsewhere.example'),
      ],
    },
    srv: {
      '_sip._udp.carrier.example': [srv(20, 0, 5066, 'b.example'), srv(10, 0, 5065, 'a.example')],
      '_sip._tcp.carrier.example': [srv(10, 0, 5067, 'a.example')],
      '_sips._tcp.carrier.example': [srv(10, 0, 5068, 'a.example')],
    },
    a: { 'a.example': ['192.0.2.1'], 'b.example': ['192.0.2.2'] },
    aaaa: { 'b.example': ['2001:db8::2'] },
  }

  test('the far end prefers by NAPTR, its servers by SRV', async () => {
    const { shown } = resolverOf(zone)
    expect(await shown({ host: 'carrier.example' })).toEqual([
      'tls 192.0.2.1:5068',
      'tcp 192.0.2.1:5067',
      'udp 192.0.2.1:5065',
      'udp 192.0.2.2:5066',
    ])
  })

  test('what this end does not speak is passed over', async () => {
    const { shown } = resolverOf(zone, { transports: ['udp'], families: [6, 4] })
    expect(await shown({ host: 'carrier.example' })).toEqual([
      'udp 192.0.2.1:5065',
      'udp 2001:db8::2:5066',
      'udp 192.0.2.2:5066',
    ])
  })

  test('a service that is decidedly not there is not looked for as a machine', async () => {
    const none = srv(0, 0, 0, '.')
    const { shown, zone } = resolverOf({
      srv: { '_sip._udp.carrier.example': [none] },
      a: { 'carrier.example': ['192.0.2.1'], 'sbc.carrier.example': ['192.0.2.2'] },
    })
    await expect(shown({ host: 'carrier.example', transport: 'udp' })).rejects.toThrow(NoSuchTarget)
    await expect(shown({ host: 'carrier.example' })).rejects.toThrow(NoSuchTarget)
    expect(await shown({ host: 'carrier.example', transport: 'tcp' })).toEqual(['tcp 192.0.2.1:5060'])
    zone.srv = { ...zone.srv, '_sip._tcp.other.example': [srv(0, 0, 5062, 'sbc.carrier.example')] }
    zone.srv['_sip._udp.other.example'] = [none]
    expect(await shown({ host: 'other.example' })).toEqual(['tcp 192.0.2.2:5062'])
  })

  test('a transport that is asked for is looked up alone', async () => {
    const { shown, asked } = resolverOf(zone)
    expect(await shown({ host: 'carrier.example', transport: 'tcp' })).toEqual(['tcp 192.0.2.1:5067'])
    expect(asked).toEqual(['SRV _sip._tcp.carrier.example', 'A a.example'])
  })

  test('without NAPTR the services that are there count, even when NAPTR cannot be asked for', async () => {
    const { shown, broken } = resolverOf({ ...zone, naptr: {} })
    const found = ['udp 192.0.2.1:5065', 'udp 192.0.2.2:5066', 'tcp 192.0.2.1:5067', 'tls 192.0.2.1:5068']
    expect(await shown({ host: 'carrier.example' })).toEqual(found)
    broken.add('carrier.example')
    expect(await shown({ host: 'carrier.example' })).toEqual(found)
  })

  test('a service that is declared absent leads nowhere, as does an unknown name', async () => {
    const { resolver } = resolverOf({ srv: { '_sip._udp.no.example': [srv(0, 0, 0, '')] } })
    await expect(resolver.resolveTarget({ host: 'no.example' })).rejects.toThrow(NoSuchTarget)
  })
})

describe('answers', () => {
  test('are asked for again when their time is over, once for all who wait', async () => {
    const { clock, asked, shown, zone } = resolverOf({ a: { 'gw.example': ['192.0.2.1'] } })
    const query = { host: 'gw.example', port: 5060 }
    await Promise.all([shown(query), shown(query), shown(query)])
    await clock.advance(299_000)
    await shown(query)
    expect(asked).toHaveLength(1)
    zone.a = { 'gw.example': ['192.0.2.9'] }
    await clock.advance(1_000)
    expect(await shown(query)).toEqual(['udp 192.0.2.9:5060'])
    expect(asked).toHaveLength(2)
  })

  test('go on to count for an hour when DNS fails', async () => {
    const { clock, shown, broken } = resolverOf({ a: { 'gw.example': ['192.0.2.1'] } })
    const query = { host: 'gw.example', port: 5060 }
    await shown(query)
    broken.add('gw.example')
    await clock.advance(3_600_000)
    expect(await shown(query)).toEqual(['udp 192.0.2.1:5060'])
    await clock.advance(300_001)
    await expect(shown(query)).rejects.toThrow('SERVFAIL')
  })
})

describe('servers of one priority', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const record = fc.record({
    priority: fc.nat(3),
    weight: fc.nat(100),
    port: fc.nat(65_535),
    name: fc.constantFrom('a', 'b', 'c'),
  })

  test('are all tried, each once, whatever chance says', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), chance, (records, random) => {
        const order = srvOrder(records, () => random)
        expect(new Set(order)).toEqual(new Set(records))
        expect(order).toHaveLength(records.length)
        const priorities = order.map(({ priority }) => priority)
        expect(priorities).toEqual([...priorities].sort((one, other) => one - other))
      }),
    )
  })

  test('come first as often as their weight says', () => {
    const records = [srv(1, 70, 1, 'a'), srv(1, 30, 2, 'b'), srv(1, 0, 3, 'c')]
    const draws = 10_000
    let draw = 0
    const first = { a: 0, b: 0, c: 0 }
    for (; draw < draws; draw++) {
      const name = srvOrder(records, () => (draw + 0.5) / draws)[0]?.name
      if (name === 'a' || name === 'b' || name === 'c') first[name]++
    }
    expect(first.a / draws).toBeCloseTo(0.69, 1)
    expect(first.b / draws).toBeCloseTo(0.3, 1)
    expect(first.c).toBeGreaterThan(0)
    expect(first.c / draws).toBeLessThan(0.02)
  })
})
