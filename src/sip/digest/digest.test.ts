import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { Headers } from '../message/headers.ts'
import type { SipResponse } from '../message/message.ts'
import { DigestClient } from './digest-client.ts'
import { formatDigest, parseDigest } from './digest-fields.ts'
import { digestResponse } from './digest-response.ts'
import { DigestVerifier } from './digest-verifier.ts'

const user = { username: 'alice', password: 'pa:ss"word' }

function challenge(status: 401 | 407, ...values: string[]): SipResponse {
  const name = status === 401 ? 'www-authenticate' : 'proxy-authenticate'
  return { kind: 'response', status, reason: '', headers: Headers.of(values.map((value) => [name, value])), body: '' }
}

describe('digest response', () => {
  // RFC 7616 §3.9.1: the same request by both algorithms.
  const mufasa = { username: 'Mufasa', password: 'Circle of Life' }
  const fields = (algorithm: string) =>
    new Map([
      ['realm', 'http-auth@example.org'],
      ['nonce', '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v'],
      ['uri', '/dir/index.html'],
      ['algorithm', algorithm],
      ['qop', 'auth'],
      ['nc', '00000001'],
      ['cnonce', 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'],
    ])

  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('%s is that of RFC 7616', (algorithm, expected) => {
    expect(digestResponse(fields(algorithm), mufasa, 'GET')).toBe(expected)
  })

  test('without qop is that of RFC 2069', () => {
    const old = new Map([
      ['realm', 'testrealm@host.com'],
      ['nonce', 'dcd98b7102dd2f0e8b11d0f600bfb0c093'],
      ['uri', '/dir/index.html'],
    ])
    const result = digestResponse(old, { username: 'Mufasa', password: 'CircleOfLife' }, 'GET')
    expect(result).toBe('1949323746fe6a43ef61f9606e7febea')
  })

  test('refuses an algorithm it does not know', () => {
    expect(() => digestResponse(new Map([['algorithm', 'ROT13']]), user, 'INVITE')).toThrow(RangeError)
  })
})

describe('digest client', () => {
  test('takes the topmost challenge it can answer, quotes what must be quoted', () => {
    const client = new DigestClient(user)
    const answered = client.challenged(
      challenge(
        401,
        'Digest realm="r", nonce="n0", algorithm=UNKNOWN, qop="auth"',
        'Digest realm="r", nonce="n1", algorithm=SHA-256, qop="auth,auth-int", opaque="o"',
        'Digest realm="r", nonce="n2", algorithm=MD5, qop="auth"',
      ),
    )
    expect(answered).toBe(true)
    const [[name, value] = ['', ''], ...more] = client.headersFor('INVITE', 'sip:b@c')
    expect([name, more]).toEqual(['authorization', []])
    expect(value).toMatch(
      /^Digest username="alice", realm="r", nonce="n1", uri="sip:b@c", algorithm=SHA-256, opaque="o", qop=auth, nc=00000001, cnonce="[0-9a-f]{16}", response="[0-9a-f]{64}"$/,
    )
    expect(client.headersFor('BYE', 'sip:b@c')[0]?.[1]).toContain('nc=00000002')
  })

  test('answers each nonce once, a fresh one again', () => {
    const client = new DigestClient(user)
    const first = challenge(407, 'Digest realm="r", nonce="n1"')
    expect(client.challenged(first)).toBe(true)
    expect(client.challenged(first)).toBe(false)
    expect(client.challenged(challenge(407, 'Digest realm="r", nonce="n2", stale=true'))).toBe(true)
    expect(client.headersFor('INVITE', 'sip:x')[0]?.[0]).toBe('proxy-authorization')
  })

  test('does not play along for ever', () => {
    const client = new DigestClient(user)
    const answers = Array.from({ length: 6 }, (_, i) =>
      client.challenged(challenge(401, `Digest realm="r", nonce="${i}", stale=true`)),
    )
    expect(answers).toEqual([true, true, true, true, false, false])
  })

  test('does not try a refused password again, whatever the nonce; another request may', () => {
    const client = new DigestClient(user)
    expect(client.challenged(challenge(401, 'Digest realm="r", nonce="n1"'))).toBe(true)
    expect(client.challenged(challenge(401, 'Digest realm="r", nonce="n2"'))).toBe(false)
    client.accepted()
    expect(client.challenged(challenge(401, 'Digest realm="r", nonce="n3"'))).toBe(true)
  })

  test('serves a proxy and a server at once', () => {
    const client = new DigestClient(user)
    client.challenged(challenge(407, 'Digest realm="proxy", nonce="n1"'))
    client.challenged(challenge(401, 'Digest realm="server", nonce="n2"'))
    expect(client.headersFor('INVITE', 'sip:x').map(([name]) => name)).toEqual(['proxy-authorization', 'authorization'])
  })

  test.each([['Basic realm="x"'], ['Digest nonce="x"'], ['Digest realm="r", nonce="n", qop="auth-int"']])(
    'leaves %s alone',
    (value) => {
      expect(new DigestClient(user).challenged(challenge(401, value))).toBe(false)
    },
  )
})

describe('digest verifier', () => {
  const clock = new FakeClock()
  const verifier = new DigestVerifier({ realm: 'phones', clock })
  const credentialsFor = (verifying: DigestVerifier, password = user.password) => {
    const client = new DigestClient({ ...user, password })
    client.challenged(challenge(401, ...verifying.challenges()))
    return () => client.headersFor('INVITE', 'sip:x')[0]?.[1]
  }

  test('accepts the right password once per count, and refuses a wrong one', () => {
    const next = credentialsFor(verifier)
    const first = next()
    expect(verifier.verify(first, 'INVITE', user)).toBe('accepted')
    expect(verifier.verify(first, 'INVITE', user)).toBe('stale')
    expect(verifier.verify(next(), 'INVITE', user)).toBe('accepted')
    expect(verifier.verify(credentialsFor(verifier, 'other')(), 'INVITE', user)).toBe('wrong')
    expect(verifier.verify(credentialsFor(verifier)(), 'BYE', user)).toBe('wrong')
    expect(verifier.verify(undefined, 'INVITE', user)).toBe('missing')
  })

  test('calls an old nonce stale, and one of somebody else', async () => {
    const next = credentialsFor(verifier)
    await clock.advance(61_000)
    expect(verifier.verify(next(), 'INVITE', user)).toBe('stale')
    expect(verifier.challenges('stale')[0]).toContain('stale=true')
    const foreign = credentialsFor(new DigestVerifier({ realm: 'phones', clock }))
    expect(verifier.verify(foreign(), 'INVITE', user)).toBe('stale')
  })

  test('reads what it writes', () => {
    const fields = new Map([
      ['realm', 'a "b", c'],
      ['algorithm', 'MD5'],
    ])
    expect(parseDigest(formatDigest(fields, 'challenge'))).toEqual(fields)
  })
})
