import { expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { FakeOutgoingCall } from '../../../fakes/fake-sip.ts'
import { afterFailure } from './failover.ts'
import { SeenInvite } from './seen-invite.ts'

it('rings nobody else when a call breaks right after a 200 without a 180', () => {
  let sent: FakeOutgoingCall | undefined
  const agent = {
    invite: (...made: ConstructorParameters<typeof FakeOutgoingCall>) => {
      sent = new FakeOutgoingCall(...made)
      return sent
    },
  }
  const seen = new SeenInvite(agent, new FakeClock(), 5_000)
  seen.invite({
    target: { host: '127.0.0.1', port: 5060, transport: 'udp' },
    from: { user: '1' },
    to: { user: '2' },
    offer: '',
    ringTimeoutMs: 1000,
  })
  sent?.emit('answered', undefined)
  sent?.emit('ended', { kind: 'failed', reason: 'the dialog broke' })
  expect(seen.failure && afterFailure(seen.failure)).toBe('final')
  seen.close()
})
