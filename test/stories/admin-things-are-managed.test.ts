import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { babble } from '../../fakes/babble.ts'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'
import { AdminBench } from './admin/admin-bench.ts'
import type { AdminClient } from './admin/admin-client.ts'

const account = '/accounts/1000000001'
const document = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"dyvms:*","Resource":"*"}]}'

let bench: AdminBench
let owner: AdminClient

beforeAll(async () => {
  bench = await AdminBench.open()
  owner = await bench.holder('owner')
})

afterAll(() => bench.close())

describe('what an account has is managed at /admin', () => {
  /** In the order in which one thing needs the other. */
  const things: readonly [path: string, wanted: object, changed: object][] = [
    [account, { name: 'Clinic' }, { name: 'Hospital', state: 'normal' }],
    [`${account}/policies/calls`, { document }, { document: document.replace('dyvms:*', 'dyvms:Query*') }],
    [`${account}/users/ward-1`, { policies: ['calls'] }, { policies: ['AliyunDyvmsFullAccess'] }],
    [`${account}/templates/TTS_1`, { kind: 'verification', text: '${code}' }, { kind: 'notification', text: '您好' }],
    [`${account}/numbers/057128880000`, {}, {}],
    [`${account}/subscriptions/VoiceReport`, { queue: true }, { queue: false, pushUrl: 'https://receiver.test/' }],
    ['/prices/verification', { perMinute: '0.115' }, { perMinute: '0.20' }],
    [`${account}/prices/verification`, { perMinute: '0' }, { perMinute: '1.50' }],
    ['/blacklist/%E8%B4%B7%E6%AC%BE', {}, {}],
    ['/trunks/carrier', { host: 'a.example', destinations: ['13'] }, { host: 'b.example', password: 'secret' }],
    ['/people/li', { role: 'viewer', password: 'correct horse battery' }, { role: 'operator' }],
  ]

  it.each(things)('%s: said twice is said once, then changed, and the list shows it', async (path, wanted, changed) => {
    const made = await owner.put(path, wanted)
    expect(made.status, made.text).toBe(path.endsWith('VoiceReport') ? 200 : 201)
    const again = await owner.put(path, wanted)
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([200, made.text, made.headers.get('etag')])
    const read = await owner.get(path)
    expect([read.text, read.headers.get('etag')]).toEqual([made.text, made.headers.get('etag')])
    const after = await owner.put(path, changed)
    const { password: _, ...visible } = { password: '', ...changed }
    expect(after.json).toMatchObject(visible)
    const { json } = await owner.get(path.slice(0, path.lastIndexOf('/')))
    expect(json['items']).toContainEqual(after.json)
  })

  it.each(['users/ward-1', 'policies/calls', 'templates/TTS_1', 'numbers/057128880000', 'prices/verification'])(
    '%s: removed is gone, and cannot be removed again',
    async (path) => {
      expect((await owner.delete(`${account}/${path}`)).status).toBe(204)
      expect((await owner.get(`${account}/${path}`)).json).toMatchObject({ code: 'notFound' })
      expect((await owner.delete(`${account}/${path}`)).status).toBe(404)
    },
  )

  it('shows the secret of a key once', async () => {
    const made = await owner.post(`${account}/keys`, {})
    const { accessKeyId, secret } = made.json
    expect(await bench.store.directory.accessKey(String(accessKeyId))).toMatchObject({ secret, enabled: true })
    expect((await owner.put(`${account}/keys/${accessKeyId}`, { enabled: false })).json).toEqual({
      accessKeyId,
      enabled: false,
    })
    for (const path of [`${account}/keys`, `${account}/keys/${accessKeyId}`, '/audit']) {
      expect((await owner.get(path)).text).not.toContain(secret)
    }
    expect((await owner.delete(`${account}/keys/${accessKeyId}`)).status).toBe(204)
    expect((await owner.post(`${account}/keys`, { userName: 'nobody' })).json).toMatchObject({ code: 'notFound' })
  })

  it('signs pushes with a secret that is shown once', async () => {
    const { json, status } = await owner.post(`${account}/subscriptions/VoiceReport/signing-secret`)
    expect([status, json['secret']]).toEqual([201, expect.stringMatching(/^[\w-]{43}$/)])
    const { text, json: shown } = await owner.get(`${account}/subscriptions/VoiceReport`)
    expect(shown).toMatchObject({ signed: true })
    expect(text).not.toContain(json['secret'])
    expect((await owner.delete(`${account}/subscriptions/VoiceReport`)).status).toBe(204)
    expect((await owner.get(`${account}/subscriptions/VoiceReport`)).json).toEqual({
      ...{ messageType: 'VoiceReport', queue: false, signed: false },
    })
  })

  it('takes voice files as they are, and gives them back as they are played', async () => {
    const wav = writeWav(makeTone([440], 500))
    const path = `${account}/voices/hello.wav`
    expect((await owner.put(path, {})).json).toMatchObject({ code: 'malformedBody', field: 'audio' })
    const made = await owner.put(path, { audio: wav.toString('base64'), review: 'pending' })
    expect(made.json).toEqual({ code: 'hello.wav', durationMs: 500, review: 'pending' })
    expect((await owner.put(path, { review: 'approved' })).json).toMatchObject({ review: 'approved' })
    const sound = await owner.get(`${path}/audio`)
    expect([sound.status, sound.headers.get('content-type')]).toEqual([200, 'audio/wav'])
    const noSound = Buffer.from('no sound at all').toString('base64')
    expect((await owner.put(path, { audio: noSound })).json).toMatchObject({ code: 'malformed', field: 'audio' })
    expect((await owner.get(`${account}/voices/unknown/audio`)).status).toBe(404)
  })

  it('takes announcements of the network, and tells what a recording would be recognised as', async () => {
    const [sound, other] = [1, 2].map((seed) => writeWav(babble({ seed }, 14)).toString('base64'))
    const path = '/announcements/a-1'
    expect((await owner.put(path, { class: 'busy' })).json).toMatchObject({ code: 'malformedBody', field: 'audio' })
    const made = await owner.put(path, { class: 'busy', label: '甲', audio: sound })
    expect([made.status, made.json]).toMatchObject([201, { code: 'a-1', class: 'busy', label: '甲' }])
    const changed = await owner.put(path, { class: 'restricted' })
    expect(changed.json).toEqual({ ...made.json, class: 'restricted' })
    expect((await owner.get('/announcements')).json).toMatchObject({ items: [changed.json] })
    expect((await owner.get(`${path}/audio`)).headers.get('content-type')).toBe('audio/wav')
    const trial = await owner.post('/announcement-trial', { audio: sound })
    expect(trial.json).toMatchObject({ found: 'announcement', outcome: 'restricted', resembles: [{ code: 'a-1' }] })
    expect((await owner.post('/announcement-trial', { audio: other })).json).toEqual({
      ...{ found: 'unrecognised', resembles: [] },
    })
    const short = writeWav(makeTone([440], 500)).toString('base64')
    expect((await owner.put(path, { class: 'busy', audio: short })).json).toMatchObject({
      ...{ code: 'malformed', field: 'audio', message: expect.stringContaining('1.8 s are needed') },
    })
    expect((await owner.delete(path)).status).toBe(204)
    expect((await owner.delete(path)).status).toBe(404)
  })

  it('books money once under a reference', async () => {
    const path = `${account}/bookings/invoice-7`
    expect((await owner.put(path, { kind: 'topUp', amount: '12.5' })).status).toBe(201)
    expect((await owner.put(path, { kind: 'topUp', amount: '12.50' })).json).toMatchObject({ amount: '12.50' })
    expect((await owner.put(path, { kind: 'topUp', amount: '13' })).json).toMatchObject({ code: 'exists' })
    const dear = await owner.put(`${account}/bookings/refund-1`, { kind: 'withdrawal', amount: '100' })
    expect(dear.json).toMatchObject({ code: 'unaffordable' })
    expect((await owner.get(`${account}/balance`)).json).toEqual({ balance: '12.50', held: '0.00' })
    expect((await owner.get(`${account}/ledger`)).json).toMatchObject({ items: [{ reference: 'invoice-7' }] })
    expect((await owner.get(`${account}/ledger/check`)).json).toMatchObject({ isRight: true, ledger: '12.50' })
  })

  it('lists pushes and attempts, and pushes again', async () => {
    expect((await owner.get(`${account}/pushes?state=givenUp&limit=5`)).json).toEqual({ items: [] })
    expect((await owner.get(`${account}/push-attempts?from=2024-01-01T00:00:00Z`)).json).toEqual({ items: [] })
    expect((await owner.post(`${account}/pushes/replay`, { state: 'givenUp' })).json).toEqual({ replayed: 0 })
  })

  it('goes through a list page by page', async () => {
    for (const number of ['01', '02', '03', '04', '05']) await owner.put(`${account}/numbers/0571${number}`, {})
    const found: unknown[] = []
    for (let cursor = ''; ; ) {
      const { json } = await owner.get(`${account}/numbers?limit=2${cursor}`)
      found.push(...(Array.isArray(json['items']) ? json['items'] : []))
      if (json['nextCursor'] === undefined) break
      cursor = `&cursor=${json['nextCursor']}`
    }
    expect(found).toEqual(['057101', '057102', '057103', '057104', '057105'].map((number) => ({ number })))
  })

  it('makes an account under a new id, which takes its reports from its queue', async () => {
    const { json } = await owner.post('/accounts', { name: 'New' })
    expect((await owner.get(`/accounts/${json['accountId']}/subscriptions/VoiceReport`)).json).toMatchObject({
      queue: true,
    })
    expect((await owner.delete(`/accounts/${json['accountId']}`)).status).toBe(204)
    expect((await owner.get(`/accounts/${json['accountId']}`)).json).toMatchObject({ state: 'deleted' })
  })
})

describe('trunks at /admin', () => {
  it('explain where a call would go', async () => {
    await owner.put('/trunks/explained', { host: 'c.example', destinations: ['15'], calledForm: 'e164' })
    const { json } = await owner.get('/trunk-route?to=15912345678&show=95588')
    expect(json).toMatchObject({
      verdict: 'dial',
      candidates: [{ trunk: 'explained', percent: 100, invite: { requestUri: 'sip:+8615912345678@c.example' } }],
    })
    expect((await owner.get('/trunk-route?to=85212345678')).json).toMatchObject({ verdict: 'never', candidates: [] })
    expect((await owner.get('/trunk-route?to=1')).json).toMatchObject({ code: 'malformed', field: 'to' })
    expect((await owner.get('/trunk-standings')).json).toEqual({ items: [] })
  })

  it('never answer a password, and refuse what makes no sense', async () => {
    await owner.put('/trunks/secretive', { host: 'a.example', username: 'u', password: 'a spoken secret' })
    const { text, json } = await owner.get('/trunks/secretive')
    expect(text).not.toContain('a spoken secret')
    expect(json).toMatchObject({ hasPassword: true, destinations: [] })
    expect((await owner.put('/trunks/secretive', { host: 'a b' })).json).toMatchObject({ code: 'malformed' })
    expect((await owner.delete('/trunks/secretive')).status).toBe(204)
  })
})

describe('nobody overwrites what somebody else changed meanwhile', () => {
  const path = `${account}/templates/TTS_9`
  const wanted = { kind: 'notification', text: '一', review: 'approved' }

  it('holds If-Match and If-None-Match', async () => {
    const made = await owner.with({ 'if-none-match': '*' }).put(path, wanted)
    expect(made.status).toBe(201)
    const etag = made.headers.get('etag') ?? ''
    expect((await owner.with({ 'if-none-match': '*' }).put(path, wanted)).json).toMatchObject({
      code: 'preconditionFailed',
    })
    expect((await owner.with({ 'if-match': etag }).put(path, { ...wanted, text: '二' })).status).toBe(200)
    expect((await owner.with({ 'if-match': etag }).put(path, { ...wanted, text: '三' })).status).toBe(412)
    expect((await owner.with({ 'if-match': etag }).delete(path)).status).toBe(412)
    expect((await owner.get(path)).json).toMatchObject({ text: '二' })
  })

  it('lets one of many through, whichever node they ask', async () => {
    const { headers } = await owner.get(path)
    const tag = { 'if-match': headers.get('etag') ?? '' }
    const key = owner.headersOf('authorization')
    const nodes = [owner, bench.elsewhere.with(key)]
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((text, index) =>
        nodes.slice(index % 2, (index % 2) + 1).map((node) => node.with(tag).put(path, { ...wanted, text })),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412])
  })
})
