import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cookieOf, readSessionCookie } from './session-cookie.ts'
import { csrfTokenOf, hashToken, isSameToken, newKeyId, newToken, readAdminKey, writeAdminKey } from './tokens.ts'

it('reads the admin keys that it writes, and nothing else', () => {
  const [keyId, secret] = [newKeyId(), newToken()]
  expect(readAdminKey(writeAdminKey(keyId, secret))).toEqual({ keyId, secret })
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readAdminKey(text)).toBeUndefined()
    }),
  )
})

it('tells tokens apart', () => {
  const [one, other] = [newToken(), newToken()]
  expect(isSameToken(one, hashToken(one))).toBe(true)
  expect(isSameToken(other, hashToken(one))).toBe(false)
  expect(csrfTokenOf(one)).not.toBe(csrfTokenOf(other))
})

it('finds the cookie of the session among others', () => {
  const token = newToken()
  const [pair = ''] = cookieOf(token, true).split(';')
  expect(cookieOf(token, true)).toContain('; Secure')
  expect(readSessionCookie(`theme=dark; ${pair}; lang=zh`)).toBe(token)
  for (const header of [undefined, '', 'theme=dark', `x${pair}`, `${pair}x`, 'yuyin_admin=']) {
    expect(readSessionCookie(header)).toBeUndefined()
  }
})
