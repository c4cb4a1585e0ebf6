import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSeal, SealBroken } from './seal.ts'

describe('Seal', () => {
  const seal = createSeal(randomBytes(32))

  it('opens what it sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, purpose) => {
        expect(seal.open(seal.seal(secret, purpose), purpose)).toBe(secret)
      }),
    )
  })

  it('never writes the same text twice, and never the secret', () => {
    const sealed = seal.seal('testSecret', 'key')
    expect(sealed).not.toBe(seal.seal('testSecret', 'key'))
    expect(sealed).not.toContain('testSecret')
    expect(sealed).toMatch(new RegExp(`^v1\\.${seal.keyId}\\.[\\w-]+$`))
  })

  it('does not open for another purpose', () => {
    expect(() => seal.open(seal.seal('secret', 'key a'), 'key b')).toThrow(SealBroken)
  })

  it('does not open with another key, and says so', () => {
    const other = createSeal(randomBytes(32))
    expect(() => other.open(seal.seal('secret', 'key'), 'key')).toThrow(seal.keyId)
  })

  it('notices every changed character', () => {
    const sealed = seal.seal('secret', 'key')
    for (let index = 0; index < sealed.length; index++) {
      const other = sealed[index] === 'A' ? 'Q' : 'A'
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1)
      expect(() => seal.open(changed, 'key')).toThrow(SealBroken)
    }
  })
})
