import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { NodeClient, patienceMs } from '../node/node-client.ts'
import { runYuyin } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'

const bench = new NodeBench()
let node: ServedNode
let data: string

beforeAll(async () => {
  data = await bench.folder()
  node = await bench.serve(data)
})
afterAll(() => bench.close())

/** A refusal comes without a restart: the node hears of the change and forgets what it remembered. */
async function untilAnswer(client: NodeClient, code: string): Promise<void> {
  const probe = { CalledNumber: '1', TtsCode: 'TTS_10001' }
  await vi.waitFor(async () => expect((await client.call('SingleCallByTts', probe)).Code).toBe(code), {
    timeout: patienceMs,
    interval: 50,
  })
}

describe('while a node serves', () => {
  it('a key that is disabled is refused, and let in again when it is enabled', async () => {
    const made = await runYuyin('key', 'create', '--json', '--data', data)
    const pair: { accessKeyId: string; secret: string } = JSON.parse(made.stdout)
    const client = new NodeClient(node.endpoints.http, pair.accessKeyId, pair.secret)
    await untilAnswer(client, 'isv.MOBILE_NUMBER_ILLEGAL')
    await runYuyin('key', 'disable', pair.accessKeyId, '--data', data)
    await untilAnswer(client, 'InvalidAccessKeyId.Inactive')
    await runYuyin('key', 'enable', pair.accessKeyId, '--data', data)
    await untilAnswer(client, 'isv.MOBILE_NUMBER_ILLEGAL')
    await runYuyin('key', 'remove', pair.accessKeyId, '--data', data)
    await untilAnswer(client, 'InvalidAccessKeyId.NotFound')
  })

  it('an account that is disabled is refused with all its keys', async () => {
    await runYuyin('account', 'disable', '1000000001', '--data', data)
    await untilAnswer(node.client, 'isv.OUT_OF_SERVICE')
    await runYuyin('account', 'enable', '1000000001', '--data', data)
    await untilAnswer(node.client, 'isv.MOBILE_NUMBER_ILLEGAL')
  })
})
