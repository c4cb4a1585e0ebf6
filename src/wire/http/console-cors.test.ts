import { describe, expect, it } from 'vitest'
import { createTestGateway } from '../../../fakes/test-gateway.ts'

const origin = 'https://console.example.com'
const preflight = (from: string) => ({
  method: 'OPTIONS' as const,
  url: '/',
  headers: { origin: from, 'access-control-request-method': 'POST' },
})

describe('the console of another origin', () => {
  it('may ask, with what its browser wants to know before', async () => {
    const { app } = createTestGateway({ consoleOrigin: origin })
    const allowed = await app.inject(preflight(origin))
    expect(allowed.statusCode).toBe(204)
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': expect.stringContaining('x-acs-action'),
      vary: 'origin',
    })
    const asked = await app.inject({ method: 'GET', url: '/?Format=JSON', headers: { origin } })
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': expect.stringContaining('x-acs-request-id'),
    })
  })

  it.each(['https://evil.example.com', 'null', `${origin}.evil.com`, `${origin}:444`])('is not %s', async (other) => {
    const { app } = createTestGateway({ consoleOrigin: origin })
    const refused = await app.inject(preflight(other))
    expect(refused.body).toContain('UnsupportedHTTPMethod')
    expect(Object.keys(refused.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('is nobody when none was named', async () => {
    const refused = await createTestGateway().app.inject(preflight(origin))
    expect(Object.keys(refused.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})
