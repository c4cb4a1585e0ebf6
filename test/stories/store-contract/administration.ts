import { describe, expect, it } from 'vitest'
import { devProfile, seedDevProfile } from '../../../src/store/accounts/seed-dev-profile.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId } from './samples.ts'

const wav = Buffer.from('RIFF....WAVEfmt ')

export function administrationContract(nodes: TestNodes): void {
  const openWithAccount = async () => {
    const store = await nodes.open()
    await store.accounts.create({ accountId, name: 'Test' })
    return store
  }

  describe('administration', () => {
    it('creates accounts and keys, shows a secret once, and keeps it sealed', async () => {
      const store = await nodes.open()
      const account = await store.accounts.create({ name: 'Clinic' })
      expect(account).toMatchObject({
        name: 'Clinic',
        state: 'normal',
        accountId: expect.stringMatching(/^[1-9]\d{15}$/),
      })
      expect(await store.accounts.list()).toEqual([account])
      const key = await store.accounts.keys.create(account.accountId)
      expect(await store.directory.accessKey(key.accessKeyId)).toEqual(key)
      const { secret, ...rest } = key
      expect(await store.accounts.keys.list(account.accountId)).toEqual([rest])
      expect(JSON.stringify(await nodes.sql('SELECT * FROM access_keys'))).not.toContain(secret)
      await store.accounts.keys.remove(key.accessKeyId)
      expect(await store.directory.accessKey(key.accessKeyId)).toBeUndefined()
    })

    it('refuses what exists, what is unknown and what is malformed', async () => {
      const { accounts } = await openWithAccount()
      const refused = (refusal: string) => expect.objectContaining({ name: 'AdminRefused', refusal })
      await expect(accounts.create({ accountId, name: 'Again' })).rejects.toEqual(refused('exists'))
      await expect(accounts.create({ accountId: 'abc', name: 'x' })).rejects.toEqual(refused('malformed'))
      await expect(accounts.setState('1000000009', 'abnormal')).rejects.toEqual(refused('unknown'))
      await expect(accounts.keys.create('1000000009')).rejects.toEqual(refused('unknown'))
      await expect(accounts.numbers.add('1000000009', '057128880000')).rejects.toEqual(refused('unknown'))
      await accounts.numbers.add(accountId, '057128880000')
      // What led to it may be logged: it must not repeat the row.
      await expect(accounts.numbers.add(accountId, '057128880000')).rejects.toMatchObject({
        refusal: 'exists',
        cause: { code: '23505', detail: undefined },
      })
      await expect(accounts.templates.review(accountId, 'TTS_1', 'approved')).rejects.toEqual(refused('unknown'))
      const file = { accountId, code: 'v', review: 'approved', durationMs: 1 } as const
      await expect(accounts.voices.save({ ...file, wav: Buffer.from('ID3') })).rejects.toEqual(refused('malformed'))
      const ftp = { queue: false, pushUrl: 'ftp://127.0.0.1/' }
      await expect(accounts.subscriptions.set(accountId, 'VoiceReport', ftp)).rejects.toEqual(refused('malformed'))
    })

    it('keeps templates, voice files, numbers, subscriptions and words', async () => {
      const { accounts, directory, voices } = await openWithAccount()
      const template = {
        accountId,
        code: 'TTS_1',
        kind: 'verification',
        text: '验证码${code}',
        review: 'pending',
      } as const
      await accounts.templates.save(template)
      await accounts.templates.review(accountId, 'TTS_1', 'approved')
      expect(await accounts.templates.list(accountId)).toEqual([{ ...template, review: 'approved' }])
      expect(await directory.template(accountId, 'TTS_1')).toEqual({ ...template, review: 'approved' })
      expect(await directory.template('1000000002', 'TTS_1')).toBeUndefined()

      const voice = { accountId, code: 'welcome.wav', review: 'approved' } as const
      await accounts.voices.save({ ...voice, wav, durationMs: 1200 })
      expect(await accounts.voices.list(accountId)).toEqual([{ ...voice, durationMs: 1200 }])
      expect(await voices.read(accountId, 'welcome.wav')).toEqual(wav)
      expect(await voices.read('1000000002', 'welcome.wav')).toBeUndefined()
      expect(await directory.voice(accountId, 'welcome.wav')).toEqual(voice)
      await accounts.voices.remove(accountId, 'welcome.wav')
      expect(await directory.voice(accountId, 'welcome.wav')).toBeUndefined()

      await accounts.numbers.add(accountId, '057128880000')
      expect(await directory.ownsNumber(accountId, '057128880000')).toBe(true)
      await accounts.numbers.remove(accountId, '057128880000')
      expect(await directory.ownsNumber(accountId, '057128880000')).toBe(false)
      expect(await accounts.numbers.list(accountId)).toEqual([])

      await accounts.subscriptions.set(accountId, 'VoiceReport', { queue: true, pushUrl: 'https://receiver.test/x' })
      await accounts.subscriptions.set(accountId, 'VoiceCallReport', { queue: true })
      expect(await accounts.subscriptions.list(accountId)).toEqual([
        { messageType: 'VoiceCallReport', queue: true, signed: false },
        { messageType: 'VoiceReport', queue: true, pushUrl: 'https://receiver.test/x', signed: false },
      ])

      await accounts.blacklist.add('贷款')
      await accounts.blacklist.add('贷款')
      expect(await directory.blacklist()).toEqual(['贷款'])
      await accounts.blacklist.remove('贷款')
      expect(await directory.blacklist()).toEqual([])
    })

    it('seeds the dev profile as often as wanted', async () => {
      const store = await nodes.open()
      for (let start = 0; start < 2; start++) await seedDevProfile(store.accounts, { wav, durationMs: 1200 })
      expect(await store.directory.accessKey('testId')).toMatchObject({ secret: 'testSecret', accountId: '1000000001' })
      expect(await store.directory.ownsNumber(accountId, devProfile.number)).toBe(true)
      expect(await store.directory.template(accountId, 'TTS_10002')).toMatchObject({ kind: 'notification' })
      expect(await store.accounts.voices.list(accountId)).toHaveLength(1)
      for (const name of ['Alicom-Queue-1000000001-VoiceReport', 'Alicom-Queue-1000000001-VoiceCallReport']) {
        expect(await store.queueRegister.find(accountId, name)).toMatchObject({ name, holdsReceipts: true })
      }
    })
  })

  describe('queue tokens', () => {
    it('are the same on all nodes while more than a third of their life is left', async () => {
      const [one, other] = [await openWithAccount(), await nodes.open()]
      const now = nodes.clock.now()
      const [a, b] = await Promise.all([
        one.queueTokens.current(accountId, now),
        other.queueTokens.current(accountId, now),
      ])
      expect(b).toEqual(a)
      const life = a.expiresAt - a.createdAt
      expect(await one.queueTokens.current(accountId, now + (life * 2) / 3 - 1)).toEqual(a)
      const next = await one.queueTokens.current(accountId, now + (life * 2) / 3)
      expect(next.accessKeyId).not.toBe(a.accessKeyId)
      expect(await other.credentials.token(a.accessKeyId)).toEqual(a)
      expect(await other.credentials.token(next.accessKeyId)).toEqual(next)
      expect(await other.credentials.token('STS.unknown')).toBeUndefined()
      expect(JSON.stringify(await nodes.sql('SELECT * FROM queue_tokens'))).not.toContain(a.accessKeySecret)
    })
  })
}
