import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routes } from '../../src/admin/catalogue.ts'
import { mayAct, roles } from '../../src/admin/roles.ts'
import type { Route } from '../../src/admin/route.ts'
import { AdminBench } from './admin/admin-bench.ts'
import type { AdminAnswer, AdminClient } from './admin/admin-client.ts'

const [ours, theirs] = ['1000000001', '1000000002'] as const

/** Parts of paths that name something which both accounts have. */
const parts: Readonly<Record<string, string>> = {
  ...{ userName: 'ward-1', policyName: 'calls', number: '057128880000', code: 'TTS_1', messageType: 'VoiceReport' },
  ...{
    product: 'ivr',
    reference: 'invoice-1',
    word: 'loan',
    personName: 'nobody',
    trunkName: 'carrier',
    keyId: '0123456789abcdef',
  },
  recordingId: '0123456789abcdef0123456789abcdef01234567',
}

let bench: AdminBench
/** AccessKeys of the two accounts. */
const accessKeyIds = new Map<string, string>()

beforeAll(async () => {
  bench = await AdminBench.open()
  for (const accountId of [ours, theirs]) {
    const { accounts } = bench.store
    await accounts.create({ accountId, name: accountId })
    await accounts.users.create(accountId, 'ward-1')
    await accounts.numbers.add(accountId, '057128880000')
    await accounts.templates.save({ accountId, code: 'TTS_1', kind: 'notification', text: '好', review: 'approved' })
    await accounts.ledger.topUp(accountId, { amountE4: 10_000, reference: 'invoice-1' })
    accessKeyIds.set(accountId, (await accounts.keys.create(accountId)).accessKeyId)
  }
})

afterAll(() => bench.close())

/** A request that the route refuses for its body at the latest: what is judged before shows, and nothing is changed. */
function knock(client: AdminClient, { method, path }: Route, accountId: string): Promise<AdminAnswer> {
  const filled = path.replace(/\{(\w+)\}/g, (_part, name: string) =>
    name === 'accountId'
      ? accountId
      : name === 'accessKeyId'
        ? (accessKeyIds.get(accountId) ?? '')
        : (parts[name] ?? ''),
  )
  return client.ask(method, filled, method === 'GET' ? undefined : '{"no such field":1}')
}

describe('who may do what at /admin', () => {
  const closed = routes.filter(({ role }) => role !== 'open')

  it.each(closed)('$method $path needs a key', async (route) => {
    for (const client of [bench.stranger, bench.stranger.withKey('yya_0123456789abcdef_'.padEnd(64, 'x'))]) {
      expect((await knock(client, route, ours)).json).toMatchObject({ code: 'unauthenticated' })
    }
  })

  it.each(roles)('a %s uses exactly the routes of that role', async (role) => {
    const client = await bench.holder(role)
    for (const route of closed) {
      const { status, json } = await knock(client, route, ours)
      const isLetIn = route.role !== 'open' && mayAct(role, route.role)
      expect([route.name, json['code'] === 'forbidden' || status === 403]).toEqual([route.name, !isLetIn])
    }
  })

  it.each(closed)('$method $path: a key of one account gets nowhere with the ids of another', async (route) => {
    const bound = await bench.holder('owner', ours)
    const { status, json, text } = await knock(bound, route, theirs)
    if (route.scope === 'service') expect(json).toMatchObject({ code: 'outsideScope' })
    else if (route.path.includes('{accountId}')) expect(json).toMatchObject({ code: 'notFound', field: 'accountId' })
    else expect([status < 500, text.includes(theirs)]).toEqual([true, false])
    if (route.scope === 'account' && route.path.includes('{accountId}')) {
      expect((await knock(bound, route, ours)).json['field']).not.toBe('accountId')
    }
  })

  it('a key of one account cannot reach another by the ids of its things', async () => {
    const bound = await bench.holder('owner', ours)
    const foreign = accessKeyIds.get(theirs)
    const path = `/accounts/${ours}/keys/${foreign}`
    expect((await bound.get(path)).status).toBe(404)
    expect((await bound.put(path, { enabled: false })).status).toBe(404)
    expect((await bound.delete(path)).status).toBe(404)
    expect(await bench.store.directory.accessKey(foreign ?? '')).toMatchObject({ enabled: true })
    expect((await bound.get('/accounts')).json).toMatchObject({ items: [{ accountId: ours }] })
    expect((await bound.get(`/accounts/%31${theirs.slice(1)}/keys`)).status).toBe(404)
  })

  it('a key ends when it expires and when it is revoked, at once and on every node', async () => {
    const owner = await bench.holder('owner')
    const expiresAt = new Date(bench.clock.now() + 60_000).toISOString()
    const made = await owner.post('/admin-keys', { name: 'deploy', role: 'viewer', expiresAt })
    const [key, other] = [bench.stranger, bench.elsewhere].map((one) => one.withKey(String(made.json['adminKey'])))
    expect((await key?.get('/session'))?.json).toMatchObject({ kind: 'key', role: 'viewer' })
    await bench.clock.advance(60_000)
    expect((await other?.get('/session'))?.status).toBe(401)
    const second = await owner.post('/admin-keys', { name: 'deploy', role: 'viewer' })
    const again = bench.elsewhere.withKey(String(second.json['adminKey']))
    expect((await again.get('/session')).status).toBe(200)
    expect((await owner.delete(`/admin-keys/${second.json['keyId']}`)).status).toBe(204)
    expect((await again.get('/session')).status).toBe(401)
    expect((await owner.get('/admin-keys')).text).not.toContain(made.json['adminKey'])
  })
})
