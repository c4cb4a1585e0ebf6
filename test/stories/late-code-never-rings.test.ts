import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { ReceiptPuller } from '../node/pull-receipts.ts'
import { runYuyin } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'

const bench = new NodeBench()
let node: ServedNode
let data: string

beforeAll(async () => {
  data = await bench.folder()
  node = await bench.serve(data, { trunkChannels: '1', verificationWaitSeconds: '1', notificationWaitSeconds: '2' })
})
afterAll(() => bench.close())

describe('a verification code that finds no line in its time', () => {
  it('ends as 200121 with its receipt, and the phone never rings', async () => {
    const { client } = node
    const occupant = await client.playVoice('13933330021', { PlayTimes: 3 })
    await client.phoneIs('13933330021', 'answered')
    const code = await client.speakCode('13933330022')
    const menu = await client.place('IvrCall', { CalledNumber: '13933330025', StartCode: devProfile.voice })
    expect(await client.ended(code)).toMatchObject({ state: '200121', duration: 0, bRingTime: '' })
    const reports = await ReceiptPuller.open(client, 'VoiceReport')
    expect(await reports.until(code, 1)).toMatchObject([{ status_code: '200121', callee: '13933330022' }])
    // Whoever watches the call is told the same, though no phone tells its story.
    const watched = await runYuyin('ring', '13933330024', '--data', data)
    expect(watched).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('200121 over concurrency, not answered'),
    })
    expect(await client.ended(menu)).toMatchObject({ state: '200121', duration: 0, bRingTime: '' })
    // The line is free again, and still nobody is called.
    expect(await client.ended(occupant)).toMatchObject({ state: '200000' })
    const next = await client.playVoice('13933330023')
    expect(await client.ended(next)).toMatchObject({ state: '200000' })
    expect(await client.phoneCalls('13933330022')).toEqual([])
  })
})
