import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

describe('a data folder that a node serves from', () => {
  it('is refused to a second node, which is told who has it and what to do', async () => {
    const second = await runYuyin('serve', '--profile', 'dev', '--data', data, '--http-port', '0', '--sip-port', '0')
    expect(second.exitCode).toBe(2)
    expect(second.stderr).toBe(
      `yuyin: The data folder ${data} is in use by the node with process id ${node.endpoints.pid}. ` +
        'Stop that node, or give this one a folder of its own (YUYIN_DATA). ' +
        'To manage a running node, use the database URL in its endpoints.json.\n',
    )
    expect(await node.client.ended(await node.client.playVoice('13944440021'))).toMatchObject({ state: '200000' })
  })

  it('keeps its port when another node wants it too', async () => {
    const port = new URL(node.endpoints.http).port
    const other = await bench.folder()
    const second = await runYuyin('serve', '--profile', 'dev', '--data', other, '--http-port', port, '--sip-port', '0')
    expect(second.exitCode).toBe(2)
    expect(second.stderr).toContain(`127.0.0.1:${port}`)
    expect(second.stderr).toContain('--http-port 0')
  })
})
