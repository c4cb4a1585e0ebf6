import { describe, expect, it } from 'vitest'
import { hashToken } from '../../../src/admin/access/tokens.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId } from './samples.ts'

export function accessContract(nodes: TestNodes): void {
  const open = async () => (await nodes.open()).administration
  const li = { name: 'li', role: 'owner', enabled: true, passwordHash: 'hash' } as const

  describe('who may administer', () => {
    it('keeps people, whose sessions end with them on every node', async () => {
      const [one, other] = [(await open()).access, (await open()).access]
      await one.people.create(li)
      await expect(one.people.create(li)).rejects.toMatchObject({ name: 'AdminRefused', refusal: 'exists' })
      const now = nodes.clock.now()
      expect(await other.people.list()).toEqual([{ name: 'li', role: 'owner', enabled: true, createdAt: now }])
      expect(await other.people.passwordHash('li')).toBe('hash')
      const tokenHash = hashToken('token')
      await one.sessions.open({ tokenHash, name: 'li', now, staleBefore: 0 })
      expect(await other.sessions.find(tokenHash)).toEqual({ name: 'li', role: 'owner', createdAt: now, seenAt: now })
      await other.sessions.seen(tokenHash, now + 5)
      expect(await one.sessions.find(tokenHash)).toMatchObject({ seenAt: now + 5 })
      expect(await other.people.change('li', { role: 'viewer' })).toBe(true)
      expect(await one.sessions.find(tokenHash)).toMatchObject({ role: 'viewer' })
      await other.people.change('li', { passwordHash: 'other' })
      expect(await one.sessions.find(tokenHash)).toBeUndefined()
      expect([await one.people.remove('li'), await one.people.remove('li')]).toEqual([true, false])
      expect(await one.people.change('li', { enabled: true })).toBe(false)
    })

    it('forgets sessions that are too old when another begins', async () => {
      const { people, sessions } = (await open()).access
      await people.create(li)
      await sessions.open({ tokenHash: hashToken('old'), name: 'li', now: 1_000, staleBefore: 0 })
      await sessions.open({ tokenHash: hashToken('new'), name: 'li', now: 2_000, staleBefore: 1_500 })
      expect(await nodes.sql('SELECT created_at FROM admin_sessions')).toEqual([{ created_at: '2000' }])
    })

    it('keeps admin keys as hashes', async () => {
      const store = await nodes.open()
      const { keys } = store.administration.access
      const key = { keyId: 'k1', name: 'deploy', role: 'operator', accountId, createdAt: 1, expiresAt: 2 } as const
      await expect(keys.create(key, hashToken('s'))).rejects.toMatchObject({ refusal: 'unknown' })
      await store.accounts.create({ accountId, name: 'Test' })
      await keys.create(key, hashToken('s'))
      expect([await keys.list(), await keys.find('k1'), await keys.hash('k1')]).toEqual([[key], key, hashToken('s')])
      expect([await keys.revoke('k1'), await keys.revoke('k1'), await keys.hash('k1')]).toEqual([
        true,
        false,
        undefined,
      ])
    })

    it('counts tries to sign in for all nodes together, each once', async () => {
      const [one, other] = [(await open()).access.logins, (await open()).access.logins]
      const tries = Array.from({ length: 8 }, (_, index) => ({ name: 'li', address: `a${index % 2}`, at: 100 + index }))
      const counts = await Promise.all(tries.map((each, index) => (index % 2 ? one : other).count(each, 0)))
      expect(Math.max(...counts.map((count) => count.ofName))).toBe(8)
      expect(Math.max(...counts.map((count) => count.ofPair))).toBe(4)
      const late = await one.count({ name: 'li', address: 'a0', at: 1_000 }, 104)
      expect(late).toMatchObject({ ofName: 5, ofPair: 3, ofAddress: 3 })
      await other.takeBack(late.id)
      await other.forgive({ name: 'li', address: 'a1', at: 0 })
      expect(await one.count({ name: 'wang', address: 'a0', at: 1_000 }, 104)).toMatchObject({
        ofName: 1,
        ofAddress: 3,
      })
    })

    it('writes the audit log down before and after', async () => {
      const { audit } = (await open()).access
      const entry = { at: 5, actor: 'key:k', action: 'putUser', target: '/accounts/1', address: '::1', requestId: 'R' }
      const first = await audit.begin(entry)
      const second = await audit.begin({ ...entry, at: 6, target: '/prices/%_' })
      await audit.end(first, 'done')
      const rows = await audit.list({}, { limit: 10 })
      expect(rows).toEqual([
        { ...entry, id: second, at: 6, target: '/prices/%_', outcome: 'started' },
        { ...entry, id: first, outcome: 'done' },
      ])
      const idsOf = async (...asked: Parameters<typeof audit.list>) => (await audit.list(...asked)).map(({ id }) => id)
      expect(await idsOf({}, { limit: 10, beforeId: second })).toEqual([first])
      expect(await idsOf({ target: '/accounts' }, { limit: 10 })).toEqual([first])
      expect(await idsOf({ target: '/%' }, { limit: 10 })).toEqual([])
      expect(await idsOf({ from: 6 }, { limit: 10 })).toEqual([second])
      expect(await idsOf({ to: 6, actor: 'key:k', action: 'putUser' }, { limit: 10 })).toEqual([first])
    })

    it('lets one at a time work on a subject, on all nodes, and goes on after a failure', async () => {
      const both = [await open(), await open()]
      let working = 0
      const most: number[] = []
      const work = async () => {
        most.push(++working)
        await new Promise((resolve) => setImmediate(resolve))
        working--
      }
      const failing = both[0]?.exclusively('a', () => Promise.reject(new Error('no')))
      await expect(failing).rejects.toThrow('no')
      await Promise.all(Array.from({ length: 30 }, (_, index) => both[index % 2]?.exclusively('a', work)))
      expect(most).toEqual(Array.from({ length: 30 }, () => 1))
    })
  })
}
