import { describe, expect, it, vi } from 'vitest'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId } from './samples.ts'

const allowTts = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"dyvms:SingleCallByTts"}]}'
const denyAll = '{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
const refused = (refusal: string) => expect.objectContaining({ name: 'AdminRefused', refusal })

export function permissionsContract(nodes: TestNodes): void {
  const openWithUser = async () => {
    const store = await nodes.open()
    await store.accounts.create({ accountId, name: 'Test' })
    await store.accounts.users.create(accountId, 'ann')
    return store
  }

  describe('users and policies', () => {
    it('are found with their statements, on every node within a moment', async () => {
      const { accounts } = await openWithUser()
      const other = await nodes.open()
      const statementsSeen = async () => (await other.directory.user(accountId, 'ann'))?.statements
      expect(await statementsSeen()).toEqual([])
      await accounts.policies.save({ accountId, policyName: 'calls', document: allowTts })
      await accounts.users.attach(accountId, 'ann', 'calls')
      await accounts.users.attach(accountId, 'ann', 'calls')
      const allow = { effect: 'Allow', actions: ['dyvms:SingleCallByTts'], resources: ['*'] }
      await vi.waitFor(async () => expect(await statementsSeen()).toEqual([allow]))
      await accounts.policies.save({ accountId, policyName: 'calls', document: denyAll })
      await vi.waitFor(async () => expect(await statementsSeen()).toMatchObject([{ effect: 'Deny' }]))
      await accounts.users.attach(accountId, 'ann', 'AliyunDyvmsFullAccess')
      await vi.waitFor(async () => expect(await statementsSeen()).toHaveLength(2))
      expect(await accounts.users.list(accountId)).toEqual([
        { userName: 'ann', policies: ['AliyunDyvmsFullAccess', 'calls'], keys: 0 },
      ])
      await accounts.users.detach(accountId, 'ann', 'calls')
      await vi.waitFor(async () => expect(await statementsSeen()).toHaveLength(1))
      expect(await other.directory.user('1000000002', 'ann')).toBeUndefined()
    })

    it('go with their keys', async () => {
      const { accounts, directory } = await openWithUser()
      const key = await accounts.keys.create(accountId, { userName: 'ann' })
      expect(await directory.accessKey(key.accessKeyId)).toEqual({ ...key, userName: 'ann' })
      expect(await accounts.keys.list(accountId)).toMatchObject([{ userName: 'ann' }])
      await accounts.users.remove(accountId, 'ann')
      expect(await directory.accessKey(key.accessKeyId)).toBeUndefined()
      expect(await directory.user(accountId, 'ann')).toBeUndefined()
    })

    it('are refused when they exist, are unknown, malformed or in use', async () => {
      const { users, policies, keys } = (await openWithUser()).accounts
      await expect(users.create(accountId, 'ann')).rejects.toEqual(refused('exists'))
      await expect(users.create(accountId, 'a b')).rejects.toEqual(refused('malformed'))
      await expect(users.create('1000000009', 'bob')).rejects.toEqual(refused('unknown'))
      await expect(keys.create(accountId, { userName: 'bob' })).rejects.toThrow('There is no user bob')
      await expect(users.attach(accountId, 'ann', 'none')).rejects.toEqual(refused('unknown'))
      await expect(users.attach(accountId, 'bob', 'AliyunDyvmsFullAccess')).rejects.toThrow('There is no user bob')
      await expect(users.detach(accountId, 'ann', 'none')).rejects.toEqual(refused('unknown'))
      const policy = { accountId, policyName: 'calls', document: allowTts }
      await expect(policies.save({ ...policy, document: '{}' })).rejects.toEqual(refused('malformed'))
      await expect(policies.save({ ...policy, policyName: 'AliyunMine' })).rejects.toEqual(refused('malformed'))
      await policies.save(policy)
      await users.attach(accountId, 'ann', 'calls')
      await expect(policies.remove(accountId, 'calls')).rejects.toEqual(refused('inUse'))
      await users.detach(accountId, 'ann', 'calls')
      await policies.remove(accountId, 'calls')
      await expect(policies.remove(accountId, 'calls')).rejects.toEqual(refused('unknown'))
      expect((await policies.list(accountId)).map((one) => one.policyName)).toEqual(['AliyunDyvmsFullAccess'])
    })
  })

  describe('prices', () => {
    it('are those of the account, else those of everyone, else nothing', async () => {
      const { accounts, directory } = await openWithUser()
      const price = () => directory.pricePerMinuteE4(accountId, 'verification')
      expect(await price()).toBe(0)
      await accounts.prices.set({ product: 'verification', perMinuteE4: 1150 })
      expect(await price()).toBe(1150)
      await accounts.prices.set({ accountId, product: 'verification', perMinuteE4: 0 })
      expect(await price()).toBe(0)
      expect(await directory.pricePerMinuteE4('1000000002', 'verification')).toBe(1150)
      expect(await accounts.prices.list()).toEqual([
        { product: 'verification', perMinuteE4: 1150 },
        { accountId, product: 'verification', perMinuteE4: 0 },
      ])
      await accounts.prices.remove({ accountId, product: 'verification' })
      expect(await price()).toBe(1150)
      await expect(accounts.prices.remove({ product: 'ivr' })).rejects.toEqual(refused('unknown'))
      await expect(accounts.prices.set({ product: 'ivr', perMinuteE4: -1 })).rejects.toEqual(refused('malformed'))
      const unknown = { accountId: '1000000009', product: 'ivr', perMinuteE4: 1 } as const
      await expect(accounts.prices.set(unknown)).rejects.toEqual(refused('unknown'))
    })
  })
}
