import { describe, expect, it, vi } from 'vitest'
import type { TestNodes } from './bench-of-nodes.ts'

export function announcementsContract(nodes: TestNodes): void {
  const wav = Buffer.from('RIFF....WAVEfmt ')
  const one = { code: 'one', class: 'powered-off', label: '甲', durationMs: 2400, wav } as const

  describe('the library of announcements', () => {
    it('keeps sound and fingerprint, and another revision after every change', async () => {
      const { announcements } = await nodes.open()
      await announcements.save({ ...one, code: 'two', fingerprint: Buffer.from([1, 2]) })
      await announcements.save({ ...one, fingerprint: Buffer.from([1, 2]) })
      const [first, second] = await announcements.list()
      expect([first, second]).toMatchObject([
        { code: 'one', class: 'powered-off', label: '甲', durationMs: 2400 },
        { code: 'two' },
      ])
      expect([await announcements.sound('one'), await announcements.fingerprint('one')]).toEqual([
        wav,
        Buffer.from([1, 2]),
      ])
      await announcements.save({ ...one, class: 'suspended', fingerprint: Buffer.from([3]) })
      const [changed, same] = await announcements.list()
      expect(changed).toMatchObject({ code: 'one', class: 'suspended' })
      expect([changed?.revision === first?.revision, same?.revision]).toEqual([false, second?.revision])
      await announcements.change('one', { class: 'busy', label: '乙' })
      const [renamed] = await announcements.list()
      expect(renamed).toMatchObject({ code: 'one', class: 'busy', label: '乙', durationMs: 2400 })
      expect(renamed?.revision).not.toBe(changed?.revision)
      expect([await announcements.sound('one'), await announcements.fingerprint('one')]).toEqual([
        wav,
        Buffer.from([3]),
      ])
      await announcements.remove('one')
      expect(await announcements.list()).toEqual([second])
      expect([await announcements.sound('one'), await announcements.fingerprint('one')]).toEqual([undefined, undefined])
    })

    it('refuses what is malformed or unknown', async () => {
      const { announcements } = await nodes.open()
      const refused = (refusal: string) => expect.objectContaining({ name: 'AdminRefused', refusal })
      const fingerprint = Buffer.from([1])
      await expect(announcements.save({ ...one, code: 'a b', fingerprint })).rejects.toEqual(refused('malformed'))
      await expect(announcements.save({ ...one, wav: Buffer.from('ID3'), fingerprint })).rejects.toEqual(
        refused('malformed'),
      )
      await expect(announcements.save({ ...one, label: 'x'.repeat(201), fingerprint })).rejects.toEqual(
        refused('malformed'),
      )
      await expect(announcements.remove('one')).rejects.toEqual(refused('unknown'))
      await expect(announcements.change('one', { class: 'busy', label: '' })).rejects.toEqual(refused('unknown'))
      await expect(announcements.change('one', { class: 'busy', label: 'x'.repeat(201) })).rejects.toEqual(
        refused('malformed'),
      )
    })

    it('tells other nodes that it has changed', async () => {
      const [here, there] = [await nodes.open(), await nodes.open()]
      let changes = 0
      there.onDirectoryChange(() => {
        changes++
      })
      await here.announcements.save({ ...one, fingerprint: Buffer.from([1]) })
      await vi.waitFor(() => expect(changes).toBeGreaterThan(0))
      expect(await there.announcements.list()).toMatchObject([{ code: 'one' }])
    })
  })
}
