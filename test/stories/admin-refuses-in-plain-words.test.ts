import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routes } from '../../src/admin/catalogue.ts'
import { AdminBench } from './admin/admin-bench.ts'
import type { AdminClient } from './admin/admin-client.ts'
import { apiDocument } from './admin/contract-check.ts'

let bench: AdminBench
let owner: AdminClient

beforeAll(async () => {
  bench = await AdminBench.open()
  owner = await bench.holder('owner')
  await owner.put('/accounts/1000000001', { name: 'Clinic' })
})

afterAll(() => bench.close())

describe('what /admin cannot understand it refuses, and says what to do', () => {
  it.each<[string, string, object | string | undefined, object]>([
    ['PUT', '/accounts/1000000001', '{"name":', { code: 'malformedBody' }],
    ['PUT', '/accounts/1000000001', '[]', { code: 'malformedBody' }],
    ['PUT', '/accounts/1000000001', {}, { code: 'malformedBody', field: 'name' }],
    ['PUT', '/accounts/1000000001', { name: 'x', stat: 1 }, { code: 'malformedBody', field: 'stat' }],
    ['PUT', '/accounts/1000000001', { name: 'a\u0000b' }, { code: 'malformedBody', field: 'name' }],
    ['PUT', '/accounts/1000000001', { name: 'x', state: 'happy' }, { code: 'malformedBody', field: 'state' }],
    ['PUT', '/accounts/12', { name: 'x' }, { code: 'malformedPath', field: 'accountId' }],
    ['PUT', '/accounts/1000000001/users/a', { policies: [7] }, { code: 'malformedBody', field: 'policies[0]' }],
    ['PUT', '/accounts/1000000001/users/a%2Fb', {}, { code: 'malformedPath', field: 'userName' }],
    ['PUT', '/accounts/1000000001/policies/p', { document: '{}' }, { code: 'malformed' }],
    ['PUT', '/accounts/1000000001/users/a', { policies: ['none'] }, { code: 'notFound' }],
    ['PUT', '/prices/verification', { perMinute: '-1' }, { code: 'malformedBody', field: 'perMinute' }],
    ['GET', '/accounts?limit=0', undefined, { code: 'malformedQuery', field: 'limit' }],
    ['GET', '/accounts?limit=1&limit=2', undefined, { code: 'malformedQuery', field: 'limit' }],
    ['GET', '/accounts?page=2', undefined, { code: 'malformedQuery', field: 'page' }],
    ['GET', '/audit?cursor=bm8', undefined, { code: 'malformedQuery', field: 'cursor' }],
    ['GET', '/accounts/1000000009/users', undefined, { code: 'notFound', field: 'accountId' }],
    ['GET', '/nowhere', undefined, { code: 'noSuchPath' }],
    ['GET', '', undefined, { code: 'noSuchPath' }],
    ['DELETE', '/accounts', undefined, { code: 'methodNotAllowed' }],
    ['DELETE', '/blacklist/a', { a: 1 }, { code: 'malformedBody' }],
  ])('%s %s %j', async (method, path, body, refusal) => {
    const { status, json } = await owner.ask(method, path, body)
    expect(json).toEqual({
      ...{ message: expect.any(String), remedy: expect.any(String), requestId: expect.any(String) },
      ...refusal,
    })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  it('takes JSON only, and not much of it', async () => {
    const path = '/accounts/1000000001'
    const form = owner.with({ 'content-type': 'application/x-www-form-urlencoded' })
    expect((await form.ask('PUT', path, 'name=x')).status).toBe(415)
    expect((await owner.ask('PUT', path, `{"name":"${'x'.repeat(70_000)}"}`)).json).toMatchObject({ code: 'tooLarge' })
    expect((await bench.stranger.ask('PUT', path, 'x'.repeat(100_000))).status).toBe(401)
  })

  it('says what else there is for a path', async () => {
    expect((await owner.delete('/accounts')).headers.get('allow')).toBe('GET, POST')
  })
})

describe('the OpenAPI document', () => {
  it('is answered, and is that of the catalogue', async () => {
    expect((await owner.get('/openapi.json')).json).toEqual(apiDocument)
  })

  it('holds every route with its parts, each under its own name', () => {
    const operations = Object.values(apiDocument.paths).flatMap((path) => Object.values(path))
    expect(operations.map((one) => one.operationId).sort()).toEqual(routes.map((one) => one.name).sort())
    expect(new Set(routes.map((one) => one.name)).size).toBe(routes.length)
    for (const [path, methods] of Object.entries(apiDocument.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const { parameters } of Object.values(methods)) {
        expect(parameters.filter((one) => one.in === 'path').map((one) => one.name)).toEqual(named)
      }
    }
  })

  it('refers to nothing that is not in it', () => {
    const references = [
      ...JSON.stringify(apiDocument).matchAll(/"\$ref":"#\/components\/(schemas|responses)\/([^"]+)"/g),
    ]
    expect(references.length).toBeGreaterThan(500)
    for (const [, kind = '', name = ''] of references) {
      expect(kind === 'schemas' ? apiDocument.components.schemas : apiDocument.components.responses).toHaveProperty(
        name,
      )
    }
  })
})
