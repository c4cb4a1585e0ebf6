import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AdminBench } from './admin/admin-bench.ts'
import type { AdminClient } from './admin/admin-client.ts'

const password = 'correct horse battery'
const minuteMs = 60_000

let bench: AdminBench
let owner: AdminClient

beforeAll(async () => {
  bench = await AdminBench.open()
  await bench.person('li', 'owner', password)
  owner = await bench.holder('owner')
})

afterAll(() => bench.close())

const whoAmI = async (client: AdminClient) => {
  const { status, json } = await client.get('/session')
  return status === 200 ? json['id'] : json['code']
}

describe('people sign in at /admin', () => {
  it('by a cookie that scripts and other sites cannot use, on every node', async () => {
    const answer = await bench.stranger.post('/session', { name: 'li', password })
    expect(answer.headers.get('set-cookie')).toMatch(/^yuyin_admin=[\w-]{43}; Path=\/admin; HttpOnly; SameSite=Strict$/)
    const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';')
    expect(await whoAmI(bench.elsewhere.with({ cookie }))).toBe('li')
    const kept = await bench.store.administration.access.audit.list({ actor: 'person:li' }, { limit: 10 })
    expect(kept).toMatchObject([{ action: 'signIn', outcome: 'done', address: '127.0.0.1' }])
  })

  it('until they sign out', async () => {
    const li = await bench.stranger.signIn('li', password)
    expect(await whoAmI(li)).toBe('li')
    const out = await li.delete('/session')
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')])
    expect(await whoAmI(li)).toBe('sessionEnded')
  })

  it('for half an hour without a request, and for twelve hours at most', async () => {
    const idle = await bench.stranger.signIn('li', password)
    await bench.clock.advance(30 * minuteMs)
    expect(await whoAmI(idle)).toBe('sessionEnded')
    const busy = await bench.stranger.signIn('li', password)
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      await bench.clock.advance(20 * minuteMs)
      expect(await whoAmI(busy)).toBe('li')
    }
    await bench.clock.advance(20 * minuteMs)
    expect(await whoAmI(busy)).toBe('sessionEnded')
  })

  it('and change nothing without the CSRF token', async () => {
    const li = await bench.stranger.signIn('li', password)
    const word = { path: '/blacklist/loan', body: {} }
    for (const token of ['', 'x'.repeat(43)]) {
      const forged = li.with({ 'x-csrf-token': token })
      expect((await forged.put(word.path, word.body)).json).toMatchObject({ code: 'csrf' })
      expect((await forged.get('/blacklist')).json).toEqual({ items: [] })
    }
    expect((await li.put(word.path, word.body)).status).toBe(201)
    const other = await bench.stranger.signIn('li', password)
    expect((await other.with(li.headersOf('x-csrf-token')).delete(word.path)).json).toMatchObject({ code: 'csrf' })
  })

  it('not any more once they are disabled, removed or have a new password', async () => {
    const put = (wanted: object) => owner.put('/people/wang', { role: 'operator', ...wanted })
    await put({ password })
    const ends: (() => Promise<unknown>)[] = [
      () => put({ enabled: false }),
      () => put({ password: `${password}!` }),
      () => owner.delete('/people/wang'),
    ]
    for (const end of ends) {
      await put({ enabled: true, password })
      const wang = await bench.stranger.signIn('wang', password)
      expect(await whoAmI(wang)).toBe('wang')
      await end()
      expect(await whoAmI(wang)).toBe('sessionEnded')
    }
  })

  it('with the role that they have now', async () => {
    await owner.put('/people/zhao', { role: 'operator', password })
    const zhao = await bench.stranger.signIn('zhao', password)
    expect((await zhao.put('/blacklist/a', {})).status).toBe(201)
    await owner.put('/people/zhao', { role: 'viewer' })
    expect((await zhao.put('/blacklist/b', {})).json).toMatchObject({ code: 'forbidden' })
  })

  it('and can change their password, which ends their sessions', async () => {
    await owner.put('/people/qian', { role: 'viewer', password })
    const qian = await bench.stranger.signIn('qian', password)
    const wanted = 'staple correct horse'
    expect((await qian.post('/session/password', { current: 'wrong', wanted })).json).toMatchObject({
      code: 'wrongLogin',
    })
    expect((await qian.post('/session/password', { current: password, wanted })).status).toBe(204)
    expect(await whoAmI(qian)).toBe('sessionEnded')
    expect(await whoAmI(await bench.stranger.signIn('qian', wanted))).toBe('qian')
    expect((await owner.post('/session/password', { current: wanted, wanted })).json).toMatchObject({
      code: 'forbidden',
    })
  })

  it('but not by guessing: five wrong passwords close the door for a while, for this name from this address', async () => {
    await owner.put('/people/sun', { role: 'viewer', password })
    const guess = (one: AdminClient, wrong: string) => one.post('/session', { name: 'sun', password: wrong })
    for (let times = 0; times < 5; times++) {
      const one = times % 2 === 0 ? bench.stranger : bench.elsewhere
      expect((await guess(one, `guess ${times}`)).json).toMatchObject({ code: 'wrongLogin' })
    }
    const late = await guess(bench.elsewhere, password)
    expect([late.json['code'], late.headers.get('retry-after')]).toEqual(['tooManyLogins', '900'])
    expect(await whoAmI(await bench.stranger.signIn('li', password))).toBe('li')
    await bench.clock.advance(15 * minuteMs + 1)
    expect(await whoAmI(await bench.stranger.signIn('sun', password))).toBe('sun')
  })

  it('and nobody learns who exists', async () => {
    const [known, unknown] = await Promise.all(
      ['li', 'nobody'].map((name) => bench.stranger.post('/session', { name, password: 'wrong' })),
    )
    const { requestId: _, ...refusal } = known?.json ?? {}
    expect(unknown?.json).toMatchObject(refusal)
    const { json, text } = await owner.get('/audit?action=signIn')
    expect(JSON.stringify(json)).toContain('"actor":"person:?"')
    expect(text).not.toContain('nobody')
  })
})
