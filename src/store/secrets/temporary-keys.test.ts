import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSeal } from './seal.ts'
import { createTemporaryKeys } from './temporary-keys.ts'

const fileKey = randomBytes(32)
const keys = createTemporaryKeys(createSeal(fileKey))
const otherNode = createTemporaryKeys(createSeal(fileKey))
const otherService = createTemporaryKeys(createSeal(randomBytes(32)))
const name = fc.string({ unit: 'grapheme', minLength: 1 })
const grants = fc
  .record(
    { accountId: name, userName: name, expiresAt: fc.integer({ min: 1, max: 10 ** 10 }) },
    { requiredKeys: ['accountId', 'expiresAt'] },
  )
  .map((grant) => ({ ...grant, expiresAt: grant.expiresAt * 1000 }))

it('what one node issues, every node with the key file opens, and no other', () => {
  fc.assert(
    fc.property(grants, (grant) => {
      const key = keys.issueKey(grant)
      expect(otherNode.openKey(key.securityToken)).toEqual(key)
      expect(key).toMatchObject(grant)
      expect(otherService.openKey(key.securityToken)).toBeUndefined()
      const token = keys.issueBearer(grant, 0)
      expect(otherNode.openBearer(token)).toEqual({ ...grant, tokenId: expect.any(String) })
      expect(otherService.openBearer(token)).toBeUndefined()
    }),
  )
})

it('shows neither secret nor account in a security token', () => {
  const { secret, securityToken } = keys.issueKey({ accountId: '1000000001', expiresAt: 1 })
  const clear = `${securityToken} ${securityToken
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    .join(' ')}`
  expect(clear).not.toContain(secret)
  expect(clear).not.toContain('1000000001')
})

it('opens no text that was not issued', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.base64String(), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.')),
      ),
      (text) => {
        expect(keys.openKey(text)).toBeUndefined()
        expect(keys.openBearer(text)).toBeUndefined()
      },
    ),
  )
})
