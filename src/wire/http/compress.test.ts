import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createTestGateway } from '../../../fakes/test-gateway.ts'
import { asksForGzip } from './compress.ts'

const long = { CalledNumber: '13900000000', TtsCode: 'x'.repeat(600), TtsParam: '张'.repeat(100) }

/** The mismatch of this request repeats its string to sign: some kilobytes. */
async function askLong(format: 'JSON' | 'XML', encoding?: string) {
  const gateway = createTestGateway()
  const url = gateway.signed('SingleCallByTts', long, { secret: 'wrong', format })
  const headers = encoding === undefined ? {} : { 'accept-encoding': encoding }
  return gateway.app.inject({ method: 'GET', url, headers })
}

describe('answers in gzip', () => {
  it.each(['JSON', 'XML'] as const)('when asked, in %s', async (format) => {
    const { rawPayload, headers } = await askLong(format, 'gzip, deflate, br')
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
    expect(headers['content-length']).toBe(String(rawPayload.length))
    expect(gunzipSync(rawPayload).toString()).toContain('SignatureDoesNotMatch')
  })

  it.each([undefined, 'identity', 'gzip;q=0', 'br'])(
    'not when %s is asked for, but says that it could',
    async (asked) => {
      const { body, headers } = await askLong('JSON', asked)
      expect(headers['content-encoding']).toBeUndefined()
      expect(headers['vary']).toBe('accept-encoding')
      expect(body).toContain('SignatureDoesNotMatch')
    },
  )

  it('not for a short answer', async () => {
    const { app } = createTestGateway()
    const { headers, body } = await app.inject({
      method: 'GET',
      url: '/?Format=JSON',
      headers: { 'accept-encoding': 'gzip' },
    })
    expect(headers['content-encoding']).toBeUndefined()
    expect(body).toContain('MissingAction')
  })

  it.each([
    ['gzip', true],
    ['GZIP', true],
    ['deflate, x-gzip', true],
    ['*', true],
    ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
    ['*;q=0, gzip', true],
    ['gzip;q=0, *', false],
    ['gzip;q=0.000', false],
    ['gzip;q=x', false],
    ['gzippo', false],
    ['', false],
  ])('%s: %s', (header, expected) => {
    expect(asksForGzip(header)).toBe(expected)
  })
})
