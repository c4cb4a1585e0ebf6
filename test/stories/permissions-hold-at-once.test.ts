import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { NodeClient, patienceMs } from '../node/node-client.ts'
import { jsonOf } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'

const bench = new NodeBench()
let node: ServedNode
let data: string

beforeAll(async () => {
  data = await bench.folder()
  node = await bench.serve(data)
})
afterAll(() => bench.close())

const yuyin = <Result>(...args: string[]) => jsonOf<Result>(...args, '--data', data)

/** Asks until the change of the command has reached the node: it hears of it and needs no restart. */
async function untilAnswer(client: NodeClient, action: string, code: string): Promise<void> {
  const parameters = {
    CalledNumber: '1',
    TtsCode: 'TTS_10001',
    VoiceCode: devProfile.voice,
    MessageType: 'VoiceReport',
  }
  await vi.waitFor(async () => expect((await client.call(action, parameters)).Code).toBe(code), {
    timeout: patienceMs,
    interval: 50,
  })
}

/** The rules of a call were reached: the operation was permitted. */
const permitted = 'isv.MOBILE_NUMBER_ILLEGAL'

describe('while a node serves', () => {
  it('a user may do what the policies attached to him allow, and no more', async () => {
    await yuyin('user', 'create', 'ann')
    const pair = await yuyin<{ accessKeyId: string; secret: string }>('key', 'create', '--user', 'ann')
    const ann = new NodeClient(node.endpoints.http, pair.accessKeyId, pair.secret)
    await untilAnswer(ann, 'SingleCallByTts', 'isp.RAM_PERMISSION_DENY')
    await untilAnswer(ann, 'QueryTokenForMnsQueue', 'Forbidden.RAM')

    const file = join(data, 'policy.json')
    const statement = { Effect: 'Allow', Action: ['dyvms:SingleCallBy*', 'dyvms:QueryToken*'], Resource: '*' }
    await writeFile(file, JSON.stringify({ Version: '1', Statement: [statement] }))
    await yuyin('policy', 'save', 'calls', file)
    await yuyin('user', 'attach', 'ann', 'calls')
    await untilAnswer(ann, 'SingleCallByTts', permitted)
    await untilAnswer(ann, 'SingleCallByVoice', permitted)
    await untilAnswer(ann, 'QueryTokenForMnsQueue', 'OK')

    const denial = { Effect: 'Deny', Action: 'dyvms:SingleCallByVoice' }
    await writeFile(file, JSON.stringify({ Version: '1', Statement: [denial, statement] }))
    await yuyin('policy', 'save', 'calls', file)
    await untilAnswer(ann, 'SingleCallByVoice', 'isp.RAM_PERMISSION_DENY')
    await untilAnswer(ann, 'SingleCallByTts', permitted)
    await untilAnswer(node.client, 'SingleCallByVoice', permitted)

    await yuyin('user', 'remove', 'ann')
    await untilAnswer(ann, 'SingleCallByTts', 'InvalidAccessKeyId.NotFound')
  })

  it.each([
    ['abnormal', 'isv.ACCOUNT_ABNORMAL', 'isv.ACCOUNT_ABNORMAL'],
    ['outOfService', 'isv.OUT_OF_SERVICE', 'OK'],
    ['productNotActivated', 'isv.PRODUCT_UNSUBSCRIBE', 'isv.PRODUCT_UNSUBSCRIBE'],
    ['familyNotActivated', 'isv.PRODUCT_UN_SUBSCRIPT', 'isv.PRODUCT_UN_SUBSCRIPT'],
    ['deleted', 'isv.ACCOUNT_NOT_EXISTS', 'isv.ACCOUNT_NOT_EXISTS'],
    ['normal', permitted, 'OK'],
  ])('an account that is set to %s gets %s for calls and %s for its receipts', async (state, calls, receipts) => {
    await yuyin('account', 'state', devProfile.accountId, state)
    await untilAnswer(node.client, 'SingleCallByTts', calls)
    await untilAnswer(node.client, 'QueryTokenForMnsQueue', receipts)
  })
})
