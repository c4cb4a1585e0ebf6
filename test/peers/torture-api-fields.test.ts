import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { FakeMedia } from '../../fakes/fake-media.ts'
import { SipNetwork } from '../../fakes/sip-network.ts'
import { SipLeg } from '../../src/carrier/leg/sip-leg.ts'
import { inviteOf } from '../../src/carrier/trunks/trunk-leg.ts'
import { usualTrunk } from '../../src/domain/trunk/trunk-profile.ts'
import { silentLog } from '../../src/lib/log.ts'
import { parseAddress } from '../../src/sip/message/address.ts'
import { readEnvelope } from '../../src/sip/message/envelope.ts'
import type { SipRequest } from '../../src/sip/message/message.ts'
import { parseUri } from '../../src/sip/message/uri.ts'
import { startUserAgent } from '../../src/sip/user-agent.ts'

/** Text of the kind that breaks headers, and any other. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom('\r\n', '\n', '\r', '\0', '"', '\\', '<', '>', ';', ',', '@', ':', '?', ' ', 'Via: x', '%0d%0a'),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    .map((parts) => parts.join('')),
)
const someText = hostile.filter((text) => text !== '' && !/\p{Surrogate}/u.test(text))

/** A user agent in a network of its own, and the INVITEs that leave it. */
async function outward() {
  const clock = new FakeClock()
  const network = new SipNetwork()
  const listen = [{ transport: 'udp' as const, host: '192.0.2.1', port: 5060 }]
  const agent = await startUserAgent({ listen, product: 'Yuyin', clock, log: silentLog }, network.open)
  const invites = () =>
    network.flown.map(({ message }) => message).filter((one): one is SipRequest => one.kind === 'request')
  return { clock, agent, invites }
}

/** The headers of every INVITE of ours: whatever is injected would add one. */
const expectedHeaders = [
  'allow',
  'call-id',
  'contact',
  'content-length',
  'content-type',
  'cseq',
  'from',
  'max-forwards',
  'session-expires',
  'supported',
  'to',
  'user-agent',
  'via',
]

function expectUntouched(
  invite: SipRequest | undefined,
  numbers: { from: string; to: string },
  further: readonly string[] = [],
): void {
  if (invite === undefined) throw new Error('no INVITE left')
  const wanted = [...expectedHeaders, ...further].sort()
  expect([...new Set(invite.headers.entries().map(([name]) => name))].sort()).toEqual(wanted)
  expect(readEnvelope(invite).problem).toBeUndefined()
  const userOf = (name: string) => parseUri(parseAddress(invite.headers.first(name) ?? '')?.uri ?? '')?.user
  expect(parseUri(invite.uri)).toMatchObject({ user: numbers.to, host: '198.51.100.7' })
  expect(userOf('to')).toBe(numbers.to)
  expect(userOf('from')).toBe(numbers.from)
}

test('whatever stands in the numbers and the id of a call, no header is broken, added or closed early', async () => {
  await fc.assert(
    fc.asyncProperty(someText, someText, someText, async (from, to, callId) => {
      const { clock, agent, invites } = await outward()
      const profile = { ...usualTrunk, name: 'a', host: '198.51.100.7', assertedIdentity: 'shown' as const }
      const target = { host: profile.host, port: 5060, transport: 'udp' as const }
      const invite = inviteOf({ profile, routes: [] }, target, { callId, to, from }, 60_000)
      const [media, mediaHost] = [new FakeMedia(clock), '192.0.2.1']
      const { srtp, codecs, keys, learnsPort } = profile
      const sound = {
        trunk: profile.name,
        media,
        mediaHost,
        advertisedHost: mediaHost,
        silenceSeconds: 0,
        srtp,
        codecs,
        keys,
        learnsPort,
      }
      const leg = new SipLeg({ ...sound, agent, invite, callId, clock, log: silentLog })
      await clock.advance(0)
      expectUntouched(invites()[0], { from, to }, ['p-asserted-identity'])
      leg.hangUp()
      await agent.close()
    }),
    { numRuns: 300 },
  )
})

test('a display name is quoted, or refused when no quotes can hold it', async () => {
  await fc.assert(
    fc.asyncProperty(someText, async (displayName) => {
      const { clock, agent, invites } = await outward()
      const invite = () =>
        agent.invite({
          target: { user: '110', host: '198.51.100.7', port: 5060, transport: 'udp' },
          from: { user: '95588', displayName },
          to: { user: '110' },
          offer: 'v=0',
          ringTimeoutMs: 60_000,
        })
      if (/[\r\n]/.test(displayName)) {
        expect(invite).toThrow('line break')
        expect(invites()).toEqual([])
        expect(agent.describe()).toMatchObject({ calls: 0, clientTransactions: 0 })
      } else if (!displayName.includes('\0')) {
        invite()
        await clock.advance(0)
        expectUntouched(invites()[0], { from: '95588', to: '110' })
        expect(parseAddress(invites()[0]?.headers.first('from') ?? '')?.displayName).toBe(displayName)
      }
      await agent.close()
    }),
    { numRuns: 300 },
  )
})
