import { afterAll, beforeAll, describe } from 'vitest'
import { apiSuite } from './api-suite.ts'
import { type ConformanceBench, startConformanceBench } from './conformance-bench.ts'

let bench: ConformanceBench

beforeAll(async () => {
  bench = await startConformanceBench()
})
afterAll(() => bench?.close())

describe('the signed API', () => apiSuite(() => bench))
