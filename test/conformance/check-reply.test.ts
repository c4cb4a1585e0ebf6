import { expect, it } from 'vitest'
import { faultsOf } from './check-reply.ts'
import type { Exchange } from './reply-tap.ts'

const id = '0A1B2C3D-0000-4000-8000-0123456789AB'
const done = { Code: 'OK', Message: 'OK', RequestId: id, CallId: '1^2' }

function exchange(body: object | string, more: Partial<Exchange> = {}): Exchange {
  const isXml = typeof body === 'string' && body.startsWith('<')
  const headers = {
    'content-type': `application/${isXml ? 'xml' : 'json'};charset=utf-8`,
    'x-acs-request-id': id,
  }
  const request = { method: 'GET', target: '/', requestHeaders: {}, requestBody: '' }
  return { ...request, status: 200, headers, body: typeof body === 'string' ? body : JSON.stringify(body), ...more }
}

const xml = (inside: string, root = 'SingleCallByTtsResponse') =>
  `<?xml version="1.0" encoding="UTF-8"?><${root}><Code>OK</Code><Message>OK</Message><RequestId>${id}</RequestId>${inside}</${root}>`

it('finds nothing wrong with what is right', async () => {
  expect(await faultsOf(exchange(done), 'SingleCallByTts')).toEqual([])
  expect(await faultsOf(exchange(xml('<CallId>1^2</CallId>')), 'SingleCallByTts')).toEqual([])
  const { CallId, ...refused } = { ...done, Code: 'isv.TEMPLATE_ILLEGAL' }
  expect(await faultsOf(exchange(refused), 'SingleCallByTts')).toEqual([])
})

it.each([
  ['a number for a text', { ...done, CallId: 12 }, /CallId is 12, not String/],
  ['a number for the message', { ...done, Message: 200 }, /Message is 200, not String/],
  ['a field that was not promised', { ...done, Extra: '' }, /Extra is not in the contract/],
  ['a field that is gone', { ...done, CallId: undefined }, /CallId is missing/],
  ['a payload beside a refusal', { ...done, Code: 'isv.TEMPLATE_ILLEGAL' }, /CallId is not in the contract/],
  ['a code that the contract does not know', { ...done, Code: 'isv.BILLID_NOT_EXIST' }, /knows no code/],
  ['a RequestId in small letters', { ...done, RequestId: id.toLowerCase() }, /RequestId is/],
  ['no JSON', 'Internal Server Error', /neither JSON nor XML/],
  ['another root', xml('<CallId>1</CallId>', 'Response'), /root is Response/],
  ['an element twice', xml('<CallId>1</CallId><CallId>2</CallId>'), /CallId comes 2 times/],
])('finds %s', async (_, body, fault) => {
  expect((await faultsOf(exchange(body), 'SingleCallByTts')).join('\n')).toMatch(fault)
})

it('finds wrong statuses, types and rows of gateway errors, and operations without a contract', async () => {
  const error = { Code: 'InvalidVersion', Message: 'm', RequestId: id, HostId: 'h', Recommend: 'r' }
  expect(await faultsOf(exchange(error, { status: 400 }), 'SingleCallByTts')).toEqual([])
  expect(await faultsOf(exchange(error), 'SingleCallByTts')).toEqual(['status is 200, not 400'])
  expect(await faultsOf(exchange({ ...error, Code: 'Whatever' }), 'SingleCallByTts')).toEqual([
    'no row has the code Whatever',
  ])
  expect(await faultsOf(exchange(done), 'DescribeRegions')).toEqual(['DescribeRegions has no contract'])
})
