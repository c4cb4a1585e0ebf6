import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AdminBench } from './admin/admin-bench.ts'
import type { AdminClient } from './admin/admin-client.ts'

const password = 'canary password one'

let bench: AdminBench
let owner: AdminClient

beforeAll(async () => {
  bench = await AdminBench.open()
  owner = await bench.holder('owner')
})

afterAll(() => bench.close())

describe('the audit log of /admin', () => {
  it('tells who did what to what, when, from where, and how it ended', async () => {
    const viewer = await bench.holder('viewer')
    await owner.put('/accounts/1000000001', { name: 'Clinic' })
    await viewer.put('/accounts/1000000001', { name: 'Mine' })
    await owner.delete('/accounts/1000000001/users/nobody')
    await owner.put('/accounts/1000000001', { nme: 'Slip' })
    await owner.get('/accounts')
    const { json } = await owner.get('/audit?limit=10')
    const at = new Date(bench.clock.now()).toISOString()
    const common = { at, address: '127.0.0.1', requestId: expect.any(String) }
    expect(json['items']).toMatchObject([
      { ...common, action: 'putAccount', outcome: 'malformedBody' },
      { ...common, action: 'deleteUser', target: '/accounts/1000000001/users/nobody', outcome: 'notFound' },
      { ...common, action: 'putAccount', outcome: 'forbidden' },
      { ...common, action: 'putAccount', target: '/accounts/1000000001', outcome: 'done' },
    ])
    const only = await owner.get('/audit?target=/accounts/1000000001/users&limit=1')
    expect(only.json).toMatchObject({ items: [{ action: 'deleteUser' }] })
    expect((await owner.get(`/audit?to=${at}`)).json).toEqual({ items: [] })
  })

  it('knows no secret, nor does the log or the database', async () => {
    const account = '/accounts/1000000001'
    await owner.put('/people/li', { role: 'owner', password })
    const li = await bench.stranger.signIn('li', password)
    await bench.stranger.post('/session', { name: 'li', password: 'canary password two' })
    await bench.stranger.post('/session', { name: 'li', password: 7 })
    const key = await li.post(`${account}/keys`, {})
    const adminKey = await li.post('/admin-keys', { name: 'deploy', role: 'viewer' })
    await li.put(`${account}/subscriptions/VoiceReport`, { queue: true, pushUrl: 'https://receiver.test/' })
    const signing = await li.post(`${account}/subscriptions/VoiceReport/signing-secret`)
    const secrets = [
      ...['canary password', String(key.json['secret']), String(signing.json['secret'])],
      ...[String(adminKey.json['adminKey']).slice(-43), li.headersOf('cookie')['cookie']?.slice(-43) ?? ''],
    ]
    const audit = await bench.store.administration.access.audit.list({}, { limit: 1000 })
    const lists = await Promise.all(
      ['/people', '/admin-keys', `${account}/keys`, `${account}/subscriptions`, '/audit'].map((path) => li.get(path)),
    )
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(10)
      for (const text of [JSON.stringify(audit), bench.log.text(), ...lists.map((one) => one.text)]) {
        expect(text).not.toContain(secret)
      }
    }
  })
})
