import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { startNode } from '../../src/main.ts'
import { startEmbeddedServer } from '../../src/store/embedded/embedded-server.ts'
import { NodeClient } from '../node/node-client.ts'

const ends: (() => Promise<unknown>)[] = []
let dialling: NodeClient
let asked: NodeClient

/** Two nodes on one PostgreSQL that neither of them owns: one has lines and phones, the other is only asked. */
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'yuyin-nodes-'))
  ends.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const server = await startEmbeddedServer(join(folder, 'database'), silentLog)
  ends.push(() => server.close())
  const start = async (name: string, trunkChannels: string) => {
    const flags = {
      ...{ profile: 'dev', data: join(folder, name), databaseUrl: server.url, trunkChannels, calleeLimits: 'off' },
      ...{ secretKeyFile: join(folder, 'secret.key'), httpPort: '0', sipPort: '0', rtpPorts: '0' },
    }
    const node = await startNode(readConfig({ file: join(folder, 'none.yaml'), environment: {}, flags }), silentLog)
    ends.push(() => node.close())
    return new NodeClient(node.endpoints.http)
  }
  dialling = await start('dialling', '10')
  asked = await start('asked', '0')
})
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

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
