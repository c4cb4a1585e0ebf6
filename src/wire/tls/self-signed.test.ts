import { createPrivateKey, X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lifeDays, makeCertificate } from './self-signed.ts'

const now = Date.UTC(2024, 0, 2, 3, 4, 5)

it('is signed by its own key, for its names, from a day ago on', () => {
  const { cert, key } = makeCertificate(['voice.example.com', '127.0.0.1', '::1', '2001:db8::8:0:1'], now)
  const made = new X509Certificate(cert)
  expect(made.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(made.verify(made.publicKey)).toBe(true)
  expect(made.checkIssued(made)).toBe(true)
  expect(made).toMatchObject({ subject: 'CN=voice.example.com', issuer: 'CN=voice.example.com', ca: true })
  expect(made.checkHost('voice.example.com')).toBe('voice.example.com')
  expect(made.checkHost('other.example.com')).toBeUndefined()
  for (const address of ['127.0.0.1', '::1', '2001:db8::8:0:1']) expect(made.checkIP(address)).toBe(address)
  expect(made.checkIP('127.0.0.2')).toBeUndefined()
  expect(made.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  expect([Date.parse(made.validFrom), Date.parse(made.validTo)]).toEqual([
    now - 86_400_000,
    now + lifeDays * 86_400_000,
  ])
})

it('can be read whatever its names and time are', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,40}[a-z0-9]$/)
  const names = fc.array(fc.oneof(label, fc.ipV4(), fc.ipV6()), { minLength: 1, maxLength: 20 })
  const time = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(names, time, (all, at) => {
      const made = new X509Certificate(makeCertificate(all, at.getTime()).cert)
      expect(made.verify(made.publicKey)).toBe(true)
      expect(made.subjectAltName?.split(', ')).toHaveLength(all.length)
      expect(Date.parse(made.validTo)).toBe(Math.floor(at.getTime() / 1000) * 1000 + lifeDays * 86_400_000)
    }),
    { numRuns: 50 },
  )
})
