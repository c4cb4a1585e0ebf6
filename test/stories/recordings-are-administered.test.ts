import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AdminBench } from './admin/admin-bench.ts'
import type { AdminClient } from './admin/admin-client.ts'

const accountId = '1000000001'
const otherAccountId = '1000000002'
const path = `/accounts/${accountId}/recordings`

let bench: AdminBench
let operator: AdminClient
let viewer: AdminClient
const ids: string[] = []

beforeAll(async () => {
  bench = await AdminBench.open()
  for (const id of [accountId, otherAccountId]) await bench.store.accounts.create({ accountId: id, name: 'Ward' })
  operator = await bench.holder('operator')
  viewer = await bench.holder('viewer', otherAccountId)
  const times = { startedAt: bench.clock.now(), endedAt: bench.clock.now() + 3_000, durationMs: 3_000 }
  for (let call = 1; call <= 3; call++) {
    const recordingId = randomBytes(20).toString('hex')
    const file = { bytes: 96_044, shelfId: 'here', file: `2024-01-02/${recordingId}.wav` }
    const callId = `116012354148^10281314000${call}`
    await bench.store.recordings.add({ recordingId, accountId, callId, outId: `order-${call}`, ...times, ...file })
    ids.unshift(recordingId)
  }
})

afterAll(() => bench.close())

describe('recordings at /admin', () => {
  it('are listed newest first, page by page and by call, without a way to their sound', async () => {
    const { json, text } = await operator.get(`${path}?limit=2`)
    expect(json).toMatchObject({ items: [{ recordingId: ids[0] }, { recordingId: ids[1] }] })
    expect(text).not.toContain('signature')
    const { json: rest } = await operator.get(`${path}?limit=2&cursor=${json['nextCursor']}`)
    expect(rest).toEqual({
      items: [
        {
          ...{ recordingId: ids[2], callId: '116012354148^102813140001', outId: 'order-1' },
          ...{ startedAt: '2024-01-02T03:04:05.000Z', endedAt: '2024-01-02T03:04:08.000Z', durationMs: 3_000 },
          ...{ bytes: 96_044, state: 'waiting', place: 'disk' },
        },
      ],
    })
    const one = await operator.get(`${path}?callId=${encodeURIComponent('116012354148^102813140002')}`)
    expect(one.json).toMatchObject({ items: [{ recordingId: ids[1] }] })
  })

  it('are given a URL, and removed, by those who may, and the audit log knows it', async () => {
    const link = await operator.post(`${path}/${ids[0]}/link`)
    expect([link.status, link.json['url']]).toEqual([200, `https://files.test/${ids[0]}`])
    expect((await operator.delete(`${path}/${ids[0]}`)).status).toBe(204)
    expect((await operator.delete(`${path}/${ids[0]}`)).status).toBe(404)
    expect((await operator.get(`${path}/${ids[0]}`)).status).toBe(404)
    expect((await operator.post(`${path}/${ids[0]}/link`)).status).toBe(404)
    expect(await bench.store.recordings.find(ids[0] ?? '')).toBeUndefined()
    const owner = await bench.holder('owner')
    const { json } = await owner.get('/audit')
    const items = Array.isArray(json['items']) ? json['items'] : []
    const told = items.map(({ action, target, outcome }) => [action, target, outcome])
    expect(told).toContainEqual(['deleteRecording', `${path}/${ids[0]}`, 'done'])
    expect(told).toContainEqual(['linkRecording', `${path}/${ids[0]}/link`, 'done'])
  })

  it('do not exist for the holder of another account, and are not removed by a viewer', async () => {
    const there = `/accounts/${otherAccountId}/recordings/${ids[1]}`
    expect((await viewer.get(`${path}/${ids[1]}`)).status).toBe(404)
    expect((await viewer.get(there)).status).toBe(404)
    expect((await viewer.delete(there)).status).toBe(403)
    expect((await operator.delete(there)).status).toBe(404)
    expect((await operator.get(`${path}/${ids[1]}`)).status).toBe(200)
  })
})
