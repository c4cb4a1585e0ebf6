import { afterAll, beforeAll, expect, it } from 'vitest'
import { NodeClient } from '../node/node-client.ts'
import { NodesOnOneDatabase } from '../node/nodes-on-one-database.ts'

let nodes: NodesOnOneDatabase
let dialling: NodeClient
let asked: NodeClient

/** One has lines and phones, the other is only asked. */
beforeAll(async () => {
  nodes = await NodesOnOneDatabase.open()
  const start = async (name: string, trunkChannels: string) =>
    new NodeClient(await nodes.start(name, { trunkChannels, calleeLimits: 'off' }))
  dialling = await start('dialling', '10')
  asked = await start('asked', '0')
})
afterAll(() => nodes.close())

it('a call is hung up by the node that has it, whichever node was asked, before a phone rings again', async () => {
  const [caller, callee] = ['13950000021', '13850000003']
  await dialling.script(caller, [{ answer: true }, { listen: true }])
  const callId = await dialling.connect(caller, callee)
  await dialling.phoneIs(callee, 'ringing')
  expect(await asked.call('CancelCall', { CallId: callId })).toMatchObject({ Code: 'OK', Status: true })
  expect(await asked.ended(callId)).toMatchObject({ state: '200005', caller, callee })
  expect((await dialling.onlyPhoneCall(callee)).end).toMatchObject({ by: 'caller', how: 'gaveUp' })
  expect((await dialling.onlyPhoneCall(caller)).end).toMatchObject({ by: 'caller', how: 'hungUp' })
})
