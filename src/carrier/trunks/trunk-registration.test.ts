import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { usualTrunk } from '../../domain/trunk/trunk-profile.ts'
import { silentLog } from '../../lib/log.ts'
import type { RegisterRequest, Registration, RegistrationEvents } from '../../sip/registration/registration.types.ts'
import type { SipTarget } from '../../sip/user-agent.types.ts'
import { inviteOf } from './trunk-leg.ts'
import { TrunkRegistration } from './trunk-registration.ts'

const target: SipTarget = { host: '192.0.2.9', port: 5060, transport: 'udp' }
const profile = { ...usualTrunk, name: 'one', host: 'carrier.example', username: 'office', password: 'secret' }

/** A registration whose registrar is the test. */
class FakeRegistration extends EventEmitter<RegistrationEvents> implements Registration {
  readonly state = 'registering'
  leftSeconds = 0

  describe() {
    const { state, leftSeconds: expiresInSeconds } = this
    return { state, addressOfRecord: '', registrar: undefined, expiresInSeconds, failures: 0, last: undefined } as const
  }

  accept(expiresSeconds: number, serviceRoute: readonly string[] = []): void {
    this.leftSeconds = expiresSeconds
    this.emit('registered', { expiresSeconds, target, serviceRoute, path: [] })
  }

  async close(): Promise<void> {}
}

function registering() {
  const registrar = new FakeRegistration()
  const asked: RegisterRequest[] = []
  const register = (request: RegisterRequest) => {
    asked.push(request)
    return registrar
  }
  let changes = 0
  const parts = { agent: { register }, targets: async () => [target], log: silentLog, changed: () => void changes++ }
  const registration = new TrunkRegistration(profile, parts)
  return { registrar, registration, asked, changes: () => changes }
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
    const { asked } = registering()
    const credentials = { username: 'office', password: 'secret' }
    expect(asked).toMatchObject([{ user: 'office', domain: 'carrier.example', credentials, keepAliveSeconds: 20 }])
  })
})
