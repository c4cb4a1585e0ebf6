import { afterAll, beforeAll, expect, it } from 'vitest'
import { runYuyin } from '../node/run-yuyin.ts'
import { startTestNode, type TestNode } from '../node/start-test-node.ts'

let node: TestNode
let data: readonly string[]
beforeAll(async () => {
  node = await startTestNode({ phones: 'off' })
  data = ['--data', node.data, '--profile', 'dev']
})
afterAll(() => node.close())

const yuyin = (...args: string[]) => runYuyin('trunk', ...args, ...data)

it('a trunk is made, explained, changed and listed from the command line, and followed by the node', async () => {
  const made = await yuyin('add', 'carrier', '--host', '127.0.0.1', '--port', '9', '--ping', '0')
  expect(made.stdout).toContain('It may dial nothing yet')
  const barred = await yuyin('route', '13900000000')
  expect([barred.exitCode, barred.stdout]).toEqual([1, expect.stringContaining('not among its allowed destinations')])

  const changed = await yuyin('set', 'carrier', '--allow', '13,0571', '--called-form', 'e164', '--own-number', '95588')
  expect(changed.stderr).toBe('')
  await expect
    .poll(async () => (await node.trunks.trunkBoard.standings()).map(({ trunk, state }) => `${trunk} ${state}`))
    .toEqual(['carrier free'])
  const { stdout, exitCode } = await yuyin('route', '139 0000 0000')
  expect(exitCode).toBe(0)
  expect(stdout).toContain('tried first by 100 %')
  expect(stdout).toContain('INVITE sip:+8613900000000@127.0.0.1:9')
  expect(stdout).toContain('From: <sip:95588@node-address>')
  expect(stdout).toContain('The callee sees 95588.')
  const listed = JSON.parse((await yuyin('list', '--json')).stdout)
  expect(listed).toMatchObject([{ profile: { name: 'carrier' }, origin: 'store', standings: [{ state: 'free' }] }])
  const readable = await yuyin('set', 'carrier', '--srtp', 'required', '--session', '600')
  expect(readable.stdout).toMatch(/\nsession +600 [\s\S]+Warning: .+ keys can be read on the way/)
  expect((await yuyin('add', 'carrier', '--host', 'a')).stderr).toContain('There is a trunk carrier')
})
