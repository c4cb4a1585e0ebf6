import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { dialledCalls, requestsOf } from './callee/sip-trace.ts'
import { SippNode } from './callee/sipp-node.ts'
import { receive, respond, respondInDialog, scenario, verifyDigest } from './sipp/scenario.ts'

const username = 'trunk'
const password = 'a password'
const trunk = new SippNode({ trunkUsername: username, trunkPassword: password })

const realm = 'carrier.example'
/** A nonce of its own for every challenge, as carriers do. */
const nonces = ['47ebe028cda119c35d4877b383027d28', 'a31b3cf50d8e33f1c0a5ad7be1f2a4c9'] as const

function challenge(status: 401 | 407, nonce: string): string[] {
  const [reason, header] =
    status === 401 ? ['Unauthorized', 'WWW-Authenticate'] : ['Proxy Authentication Required', 'Proxy-Authenticate']
  const headers = [`${header}: Digest realm="${realm}", nonce="${nonce}", algorithm=MD5, qop="auth"`]
  return [respond(`${status} ${reason}`, { headers, untilAck: true }), receive('ACK')]
}

const answers = [
  respond('200 OK', { withSdp: true, untilAck: true }),
  receive('ACK'),
  receive('BYE'),
  respondInDialog('200 OK'),
]

/** A server that lets in who knows this password, and challenges everybody else again. */
function serverThatKnows(itsPassword: string): string {
  return scenario(
    receive('INVITE'),
    ...challenge(401, nonces[0]),
    receive('INVITE', verifyDigest(username, itsPassword)),
    '<nop hide="true" test="authorized" next="1"/>',
    ...challenge(401, nonces[1]),
    '<nop hide="true" next="2"/>',
    '<label id="1"/>',
    ...answers,
    '<label id="2"/>',
  )
}

const isHeard = { status_code: '200000', smart_status_code: 'ANSWERED' }
const isNotLetIn = { status_code: '200005', smart_status_code: 'UNAVAILABLE', duration: '0' }

it('sipp checks the digest of a server’s challenge and finds it right: the voice is heard', async () => {
  const { report, states, trace } = await trunk.callOnce(serverThatKnows(password))
  expect(report).toMatchObject(isHeard)
  expect(states).toEqual(['200101', '200102', '200100'])
  expect(requestsOf(trace, 'INVITE').map((invite) => invite.header('CSeq'))).toEqual(['1 INVITE', '2 INVITE'])
  expect(dialledCalls(trace).size).toBe(1)
})

it('sipp finds it wrong and challenges again: the password is not tried a second time', async () => {
  const { detail, report, states, trace } = await trunk.callOnce(serverThatKnows('another password'))
  expect(detail).toMatchObject({ state: '401', duration: 0 })
  expect(report).toMatchObject(isNotLetIn)
  expect(states).toEqual(['200101', '200100'])
  expect(requestsOf(trace, 'INVITE')).toHaveLength(2)
})

// sipp's own check looks at Authorization only.
it('a proxy’s challenge is answered with the digest of RFC 2617 §3.2.2, in INVITE, ACK and BYE', async () => {
  const steps = [receive('INVITE'), ...challenge(407, nonces[0]), receive('INVITE'), ...answers]
  const { report, trace } = await trunk.callOnce(scenario(...steps))
  expect(report).toMatchObject(isHeard)
  const [, invite] = requestsOf(trace, 'INVITE')
  const [bye] = requestsOf(trace, 'BYE')
  for (const request of [invite, bye]) {
    const given = fieldsOf(request?.header('Proxy-Authorization') ?? '')
    expect(given).toMatchObject({ username, realm, nonce: nonces[0], qop: 'auth' })
    expect(given['response']).toBe(expectedResponse(given, request?.method ?? ''))
  }
  // RFC 3261 §22.1: an ACK cannot be challenged, so it repeats what its INVITE carried.
  expect(requestsOf(trace, 'ACK').at(-1)?.header('Proxy-Authorization')).toBe(invite?.header('Proxy-Authorization'))
})

it('a proxy that challenges again is not asked a third time', async () => {
  const steps = [receive('INVITE'), ...challenge(407, nonces[0]), receive('INVITE'), ...challenge(407, nonces[1])]
  const { detail, report, trace } = await trunk.callOnce(scenario(...steps))
  expect(detail.state).toBe('407')
  expect(report).toMatchObject(isNotLetIn)
  expect(requestsOf(trace, 'INVITE')).toHaveLength(2)
})

function fieldsOf(credentials: string): Record<string, string> {
  const pairs = credentials.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)
  return Object.fromEntries(Array.from(pairs, ([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']))
}

function expectedResponse(given: Record<string, string>, method: string): string {
  const part = (name: string) => given[name] ?? ''
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const who = md5(`${username}:${realm}:${password}`)
  const what = md5(`${method}:${part('uri')}`)
  return md5([who, part('nonce'), part('nc'), part('cnonce'), part('qop'), what].join(':'))
}
