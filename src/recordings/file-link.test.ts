import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GivenLink, judgeLink, signLink } from './file-link.ts'
import type { LinkProof } from './ports.ts'

const keyed = (key: string): LinkProof => ({ proof: (text) => createHmac('sha256', key).update(text).digest() })
const link = keyed('the key of these nodes')
const id = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 })
const wallMs = fc.integer({ min: 1_000, max: 4_000_000_000_000 })

function given(url: string): GivenLink {
  const { pathname, searchParams } = new URL(url, 'http://files.test')
  const [, recordingId = ''] = /([^/]+)\.wav$/.exec(pathname) ?? []
  return {
    recordingId,
    expires: searchParams.get('expires') ?? '',
    signature: searchParams.get('signature') ?? '',
  }
}

describe('the URL of a recording', () => {
  it('is good until its second comes, and expired from then on', () => {
    fc.assert(
      fc.property(id, wallMs, (recordingId, expiresAt) => {
        const made = given(signLink(link, recordingId, expiresAt))
        const endMs = Math.floor(expiresAt / 1000) * 1000
        expect(made.recordingId).toBe(recordingId)
        expect(judgeLink(link, made, endMs - 1)).toBe('good')
        expect(judgeLink(link, made, endMs)).toBe('expired')
      }),
    )
  })

  it('is forged when a character of it was changed, whatever the time', () => {
    fc.assert(
      fc.property(
        ...([id, wallMs, fc.constantFrom('recordingId', 'expires', 'signature'), fc.nat(), fc.string()] as const),
        (recordingId, expiresAt, part, at, other) => {
          const made = given(signLink(link, recordingId, expiresAt))
          const text = made[part]
          const place = at % text.length
          const changed = { ...made, [part]: text.slice(0, place) + other + text.slice(place + 1) }
          fc.pre(changed[part] !== text)
          expect(judgeLink(link, changed, 0)).toBe('forged')
          expect(judgeLink(link, changed, Number.MAX_SAFE_INTEGER)).toBe('forged')
        },
      ),
    )
  })

  it('is forged under another key, for another recording, and when parts of it are missing', () => {
    const made = given(signLink(link, 'a'.repeat(40), 1_000_000))
    expect(judgeLink(keyed('another key'), made, 0)).toBe('forged')
    expect(judgeLink(link, { ...made, recordingId: 'b'.repeat(40) }, 0)).toBe('forged')
    expect(judgeLink(link, { ...made, signature: '' }, 0)).toBe('forged')
    expect(judgeLink(link, { ...made, expires: '' }, 0)).toBe('forged')
  })
})
