import { afterAll, beforeAll, describe } from 'vitest'
import { apiSuite } from './api-suite.ts'
import { apiClients } from './clients.ts'
import { type ConformanceBench, startConformanceBench } from './conformance-bench.ts'
import { mnsClients } from './mns-clients.ts'
import { mnsSuite } from './mns-suite.ts'

let bench: ConformanceBench

beforeAll(async () => {
  bench = await startConformanceBench([...apiClients, ...mnsClients, { name: 'sms-sdk' }].map(({ name }) => name))
})
afterAll(() => bench?.close())

describe('the signed API', () => apiSuite(() => bench))
describe('the queue protocol', () => mnsSuite(() => bench))
