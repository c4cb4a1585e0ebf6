import { describe, expect, it } from 'vitest'
import { FakeUserAgent } from '../../../fakes/fake-sip.ts'
import { usualTrunk } from '../../domain/trunk/trunk-profile.ts'
import { silentLog } from '../../lib/log.ts'
import type { SipTarget } from '../../sip/user-agent.types.ts'
import { inviteOf } from './trunk-leg.ts'
import { TrunkRegistration } from './trunk-registration.ts'

const target: SipTarget = { host: '192.0.2.9', port: 5060, transport: 'udp' }
const profile = { ...usualTrunk, name: 'one', host: 'carrier.example', username: 'office', password: 'secret' }

function registering() {
  const agent = new FakeUserAgent()
  let changes = 0
  const parts = { agent, targets: async () => [target], log: silentLog, changed: () => void changes++ }
  const registration = new TrunkRegistration(profile, parts)
  const [registrar] = agent.registrations
  if (registrar === undefined) throw new Error('nothing was registered')
  return { registrar, registration, changes: () => changes }
}

describe('the registration of a trunk', () => {
  it('holds for as long as it was granted, also when a refresh fails', () => {
    const { registrar, registration, changes } = registering()
    expect([registration.isRegistered, registration.words]).toEqual([false, 'registering'])
    registrar.accept(600)
    expect([registration.isRegistered, registration.words, changes()]).toEqual([true, 'registered', 1])
    registrar.emit('failed', { status: 503, reason: 'Later', retrySeconds: 30 })
    expect([registration.isRegistered, registration.words, changes()]).toEqual([true, 'not registered: 503 Later', 2])
    registrar.leftSeconds = 0
    expect(registration.isRegistered).toBe(false)
  })

  it('tells the proxies that calls have to pass, as they were named last', () => {
    const { registrar, registration } = registering()
    expect(registration.routes).toEqual([])
    registrar.accept(600, ['<sip:edge.example;lr>', '<sip:home.example;lr>'])
    const call = inviteOf({ profile, routes: registration.routes }, target, { callId: '1^1', to: '139', from: '' }, 1)
    expect(call.routes).toEqual(['<sip:edge.example;lr>', '<sip:home.example;lr>'])
    registrar.accept(600)
    expect(registration.routes).toEqual([])
    const { routes } = inviteOf({ profile, routes: [] }, target, { callId: '1^1', to: '139', from: '' }, 1)
    expect(routes).toBeUndefined()
  })

  it('is asked for by the account, at the domain of its callers', () => {
    const { registrar } = registering()
    const credentials = { username: 'office', password: 'secret' }
    const { request } = registrar
    expect(request).toMatchObject({ user: 'office', domain: 'carrier.example', credentials, keepAliveSeconds: 20 })
  })
})
