import { describe, expect, it } from 'vitest'
import { routes } from '../catalogue.ts'
import { mayAct, roles } from '../roles.ts'
import { findRoute } from './find-route.ts'
import { permit } from './permit.ts'
import { demandPrecondition, etagOf } from './precondition.ts'

const coded = (code: string) => expect.objectContaining({ code })

describe('findRoute', () => {
  it.each([
    ['GET', '/accounts', 'listAccounts'],
    ['GET', '/accounts/1000000001/ledger/check', 'checkLedger'],
    ['POST', '/accounts/1000000001/pushes/replay', 'replayPushes'],
    ['GET', '/session', 'getSession'],
  ])('%s %s is %s', (method, path, name) => {
    expect(findRoute(routes, method, path).route.name).toBe(name)
  })

  it.each(['', '/', '/account', '/accounts/', '/accounts//users', '/accounts/1/users/2/3'])('knows no %j', (path) => {
    expect(() => findRoute(routes, 'GET', path)).toThrow(coded('noSuchPath'))
  })

  it('finds every route by its own path', () => {
    for (const route of routes) {
      const path = route.path.replace(/\{\w+\}/g, 'x')
      expect(findRoute(routes, route.method, path).route).toBe(route)
    }
  })
})

describe('permit', () => {
  it('walks every pair of roles', () => {
    const pairs = roles.flatMap((held) => roles.map((needed) => [held, needed, mayAct(held, needed)]))
    expect(pairs.filter(([, , may]) => may).map(([held, needed]) => `${held} ${needed}`)).toEqual([
      ...['owner owner', 'owner operator', 'owner viewer'],
      ...['operator operator', 'operator viewer', 'viewer viewer'],
    ])
  })

  it('lets nobody into the account of another', () => {
    const key = { kind: 'key', id: 'k', role: 'owner', accountId: '1000000001' } as const
    const route = { role: 'viewer', scope: 'account' } as const
    expect(() => permit(route, { accountId: '1000000001' }, key)).not.toThrow()
    expect(() => permit(route, { accountId: '1000000002' }, key)).toThrow(coded('notFound'))
    expect(() => permit({ role: 'viewer', scope: 'service' }, {}, key)).toThrow(coded('outsideScope'))
  })
})

describe('preconditions', () => {
  const [tag, other] = [etagOf('{"a":1}'), etagOf('{"a":2}')]

  it.each<[Record<string, string>, string | undefined, boolean]>([
    [{}, undefined, true],
    [{ 'if-match': tag }, tag, true],
    [{ 'if-match': `${other}, ${tag}` }, tag, true],
    [{ 'if-match': '*' }, tag, true],
    [{ 'if-match': other }, tag, false],
    [{ 'if-match': `W/${tag}` }, tag, false],
    [{ 'if-match': '*' }, undefined, false],
    [{ 'if-none-match': '*' }, undefined, true],
    [{ 'if-none-match': '*' }, tag, false],
    [{ 'if-none-match': other }, tag, true],
  ])('%j for %s', (headers, current, holds) => {
    const judge = () => demandPrecondition(headers, current)
    if (holds) expect(judge).not.toThrow()
    else expect(judge).toThrow(coded('preconditionFailed'))
  })
})
