import { describe, expect, test } from 'vitest'
import { type Answer, registrar } from '../../../fakes/sip-registrar.ts'
import { IllegalHeader } from '../message/headers.ts'
import type { SipTarget } from '../sip-target.ts'

const challenge = (nonce: string, more = ''): [string, string][] => [
  ['WWW-Authenticate', `Digest realm="carrier", nonce="${nonce}", qop="auth"${more}`],
]

describe('a registration', () => {
  test('is asked for with the address of record, and refreshed before it ends', async () => {
    const { clock, arrived, told, last, registration } = await registrar([])
    expect(arrived[0]?.request.uri).toBe('sip:carrier.example')
    expect(last()?.first('to')).toBe('<sip:057128880000@carrier.example>')
    expect(last()?.first('from')).toContain('<sip:057128880000@carrier.example>;tag=')
    expect(last()?.first('contact')).toBe('<sip:057128880000@192.0.2.1:5060>;expires=3600')
    expect(registration.describe()).toMatchObject({ state: 'registered', expiresInSeconds: 3600, failures: 0 })
    await clock.advance(3600 * 0.85 * 1000 - 1)
    expect(told).toEqual(['registered 3600'])
    await clock.advance(1)
    expect(told).toEqual(['registered 3600', 'registered 3600'])
    const [first, second] = arrived.map(({ request: { headers } }) => headers)
    expect(second?.first('call-id')).toBe(first?.first('call-id'))
    expect([first?.first('cseq'), second?.first('cseq')]).toEqual(['1 REGISTER', '2 REGISTER'])
  })

  test('answers the challenge, uses its nonce again, and takes a new one when it is stale', async () => {
    const { clock, told, last, arrived } = await registrar([
      { status: 401, headers: challenge('one') },
      { status: 200 },
      { status: 200 },
      { status: 401, headers: challenge('two', ', stale=true') },
    ])
    expect(last()?.first('authorization')).toMatch(
      /username="trunk".*nonce="one".*uri="sip:carrier.example".*nc=00000001/,
    )
    await clock.advance(3060_000)
    expect(last()?.first('authorization')).toMatch(/nonce="one".*nc=00000002/)
    await clock.advance(3060_000)
    expect(last()?.first('authorization')).toMatch(/nonce="two".*nc=00000001/)
    expect(arrived).toHaveLength(5)
    expect(told).toEqual(['registered 3600', 'registered 3600', 'registered 3600'])
  })

  test('a wrong password is not tried twice in a row', async () => {
    const refusals = ['one', 'two', 'three'].map((nonce) => ({ status: 401, headers: challenge(nonce) }))
    const { told, arrived, clock } = await registrar(refusals)
    expect(arrived).toHaveLength(2)
    expect(told).toEqual(['failed 401, again in 45'])
    await clock.advance(45_000)
    expect(told).toEqual(['failed 401, again in 45', 'registered 3600'])
  })

  test('a challenge that does not come from the registrar gets no digest', async () => {
    const { arrived, told } = await registrar([{ status: 401, headers: challenge('evil'), from: 'elsewhere' }])
    expect(arrived.filter(({ request }) => request.headers.count('authorization') > 0)).toEqual([])
    expect(told).toEqual(['failed 401, again in 45'])
  })

  test('a registrar that wants a longer time gets it (423)', async () => {
    const { told, last } = await registrar([{ status: 423, headers: [['Min-Expires', '1800']] }], {
      expiresSeconds: 60,
    })
    expect(last()?.first('expires')).toBe('1800')
    expect(told).toEqual(['registered 1800'])
  })

  test('of several contacts in the answer its own says how long it holds', async () => {
    const contacts =
      '<sip:other@192.0.2.77>;expires=7200, <sip:057128880000@192.0.2.1:5060>;expires=300;q=0.5, "x" <sip:a@b>;expires=9'
    const { told } = await registrar([
      {
        status: 200,
        headers: [
          ['Contact', contacts],
          ['Expires', '60'],
        ],
      },
    ])
    expect(told).toEqual(['registered 300'])
  })

  test('the way there and back is told', async () => {
    const routes: [string, string][] = [
      ['Service-Route', '<sip:p1.example;lr>, <sip:p2.example;lr>'],
      ['Path', '<sip:edge.example;lr>'],
    ]
    const { registration, clock } = await registrar(['silence', { status: 200, headers: routes }])
    const ways: unknown[] = []
    registration.on('registered', ({ serviceRoute, path }) => ways.push(serviceRoute, path))
    await clock.advance(500)
    expect(ways).toEqual([['<sip:p1.example;lr>', '<sip:p2.example;lr>'], ['<sip:edge.example;lr>']])
  })

  test('a way through a strict router is none', async () => {
    const routes: [string, string][] = [['Service-Route', '<sip:p1.example;lr>, <sip:p2.example>']]
    const { registration, clock } = await registrar(['silence', { status: 200, headers: routes }])
    const ways: unknown[] = []
    registration.on('registered', ({ serviceRoute }) => ways.push(serviceRoute))
    await clock.advance(500)
    expect(ways).toEqual([[]])
  })
})

describe('a registrar in trouble', () => {
  test('is left for the next one when it is silent or busy, and comes first again after it worked', async () => {
    const { clock, arrived, told } = await registrar([{ status: 503 }, { status: 200 }])
    expect(arrived.map(({ host }) => host)).toEqual(['192.0.2.9', '192.0.2.8'])
    await clock.advance(3060_000)
    expect(arrived.at(-1)?.host).toBe('192.0.2.8')
    expect(told).toEqual(['registered 3600', 'registered 3600'])
  })

  test('is told goodbye where it took the registration, whoever refused a refresh since', async () => {
    const answers: Answer[] = [{ status: 503 }, { status: 200 }, { status: 503 }, { status: 503 }]
    const { clock, arrived, told, registration } = await registrar(answers)
    await clock.advance(3060_000)
    expect(told.at(-1)).toMatch(/^failed 503/)
    await registration.close()
    expect(arrived.map(({ host }) => host.at(-1)).join('')).toBe('98898')
    expect(arrived.at(-1)?.request.headers.first('contact')).toContain(';expires=0')
  })

  test('is asked again ever more slowly, never faster than it wants', async () => {
    const busy = { status: 500 }
    const { clock, told } = await registrar([busy, busy, { status: 500, headers: [['Retry-After', '4000 (sorry)']] }])
    await clock.advance(45_000)
    await clock.advance(90_000)
    expect(told).toEqual(['failed 500, again in 45', 'failed 500, again in 90', 'failed 500, again in 4000'])
  })

  test('that does not answer at all is given up after the transaction timeout', async () => {
    const { clock, told, registration } = await registrar(Array.from({ length: 40 }, () => 'silence' as const))
    await clock.advance(64_000)
    expect(told).toEqual(['failed 408, again in 45'])
    expect(registration.describe()).toMatchObject({ state: 'waiting', failures: 1, last: { status: 408 } })
    await clock.advance(45_000)
    expect(registration.state).toBe('registering')
  })

  test('that has no address is looked up again', async () => {
    let isThere = false
    const target: SipTarget = { host: '192.0.2.9', port: 5060, transport: 'udp' }
    const { clock, told } = await registrar([], {
      targets: async () => {
        if (!isThere) throw new Error('ENOTFOUND')
        return [target]
      },
    })
    expect(told).toEqual(['failed 421, again in 45'])
    isThere = true
    await clock.advance(45_000)
    expect(told.at(-1)).toBe('registered 3600')
  })
})

test('an owner that fails at the news, or gives what no header can hold, harms nobody else', async () => {
  const { agent, registration, clock, arrived } = await registrar([])
  const register = (domain: string) => () => agent.register({ targets: async () => [], user: 'x', domain })
  expect(register('carrier\r\nEvil: 1')).toThrow(IllegalHeader)
  registration.on('registered', () => {
    throw new Error('the owner fails')
  })
  await clock.advance(2 * 3060_000)
  expect(arrived).toHaveLength(3)
  expect(registration.state).toBe('registered')
  const closing = registration.close()
  await clock.advance(0)
  await closing
})

describe('closing', () => {
  test('never asks for time again when the registrar finds none too little (423)', async () => {
    const { clock, arrived, registration } = await registrar([
      { status: 200 },
      { status: 423, headers: [['Min-Expires', '60']] },
    ])
    const closed = registration.close()
    await clock.advance(5_000)
    await closed
    expect(arrived.map(({ request }) => request.headers.first('expires'))).toEqual(['3600', '0'])
  })

  test('takes the contact back, with credentials, and leaves nothing behind', async () => {
    const { clock, agent, registration, last } = await registrar([{ status: 401, headers: challenge('one') }])
    const closing = registration.close()
    await clock.advance(0)
    await closing
    expect(last()?.first('contact')).toBe('<sip:057128880000@192.0.2.1:5060>;expires=0')
    expect(last()?.first('authorization')).toContain('nc=00000002')
    expect(registration.describe()).toMatchObject({ state: 'closed', expiresInSeconds: 0 })
    await clock.advance(10_000)
    expect(clock.pendingTimers).toBe(0)
    await agent.close()
  })

  test('twice is closing once: whoever comes second waits, too', async () => {
    const { clock, agent, registration, arrived, last } = await registrar([
      { status: 200 },
      { status: 401, headers: challenge('one') },
    ])
    const closing = Promise.all([registration.close(), agent.close()])
    await clock.advance(0)
    await closing
    expect(arrived).toHaveLength(3)
    expect(last()?.first('authorization')).toContain('nonce="one"')
  })

  test('of the agent closes its registrations, and does not wait for a silent registrar', async () => {
    const { clock, agent, last } = await registrar([{ status: 200 }, 'silence', 'silence', 'silence'])
    const closing = agent.close()
    await clock.advance(2_000)
    await closing
    expect(last()?.first('expires')).toBe('0')
    expect(clock.pendingTimers).toBe(0)
  })
})
