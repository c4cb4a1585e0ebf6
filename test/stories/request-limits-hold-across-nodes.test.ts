import { afterAll, beforeAll, expect, it } from 'vitest'
import { signedUrl } from '../../src/wire/signature/sign.ts'
import { NodesOnOneDatabase } from '../node/nodes-on-one-database.ts'
import { trunkTo } from '../node/trunk-to.ts'

let nodes: NodesOnOneDatabase
const endpoints: string[] = []

/** Two nodes with a limit of 20 a second for queries. */
beforeAll(async () => {
  nodes = await NodesOnOneDatabase.open()
  for (const name of ['one', 'other']) {
    endpoints.push(await nodes.start(name, { ...trunkTo(9), trunkChannels: '0', requestLimitPercent: '20' }))
  }
})
afterAll(() => nodes.close())

async function ask(endpoint: string) {
  const parameters = { CallId: '1^1', ProdId: 11010000138001, QueryDate: Date.now() }
  const keys = { accessKeyId: 'testId', secret: 'testSecret', now: Date.now() }
  const response = await fetch(signedUrl({ endpoint, action: 'QueryCallDetailByCallId', parameters, ...keys }))
  const { Code }: { Code: string } = JSON.parse(await response.text())
  return { code: Code, status: response.status, retryAfter: response.headers.get('x-acs-retry-after') }
}

it('two nodes together admit what one would, and tell the others when to come back', async () => {
  const startedMs = performance.now()
  const answers = await Promise.all(Array.from({ length: 300 }, (_, index) => ask(endpoints[index % 2] ?? '')))
  const seconds = Math.floor((performance.now() - startedMs) / 1000) + 2
  const admitted = answers.filter(({ code }) => code === 'isv.BILLID_NOT_EXIST')
  const throttled = answers.filter(({ code }) => code === 'Throttling.User')
  expect(admitted.length + throttled.length).toBe(300)
  expect(admitted.length).toBeGreaterThanOrEqual(18)
  // However the requests fell into the seconds of the database: 20 in each that was touched.
  expect(admitted.length).toBeLessThanOrEqual(20 * seconds)
  for (const { status, retryAfter } of throttled) {
    expect(status).toBe(400)
    expect(Number(retryAfter)).toBeGreaterThan(0)
    expect(Number(retryAfter)).toBeLessThanOrEqual(1000)
  }
})
