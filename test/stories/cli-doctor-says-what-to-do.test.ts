import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runYuyin } from '../node/run-yuyin.ts'
import { NodeBench } from '../node/served-node.ts'
import { listenOnLoopback } from '../sockets/ports.ts'

const bench = new NodeBench()
let blocker: Server
let takenPort: number

beforeAll(async () => {
  blocker = createServer()
  takenPort = await listenOnLoopback(blocker)
})
afterAll(async () => {
  await bench.close()
  await new Promise((resolve) => blocker.close(resolve))
})

const freePorts = ['--http-port', '0', '--sip-port', '0']

interface Diagnosis {
  healthy: boolean
  findings: { check: string; state: string; found: string; remedy?: string }[]
}

/** What the doctor found about one thing. */
async function finding(check: string, ...args: string[]) {
  const { exitCode, stdout } = await runYuyin('doctor', '--json', '--data', await bench.folder(), ...args)
  const { healthy, findings }: Diagnosis = JSON.parse(stdout)
  expect(exitCode).toBe(healthy ? 0 : 1)
  const found = findings.find((one) => one.check === check)
  if (found === undefined) throw new Error(`nothing was said about ${check}: ${stdout}`)
  return found
}

describe('yuyin doctor', () => {
  it('finds a served node healthy, whatever profile the doctor is asked in', async () => {
    const data = await bench.folder()
    const { endpoints } = await bench.serve(data)
    const { exitCode, stdout, stderr } = await runYuyin('doctor', '--data', data)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain(`✓ node            ready at ${endpoints.http}, process ${endpoints.pid}`)
    expect(stdout).toMatch(/✓ database {8}PostgreSQL \d+\.\d+, clocks within \d+ ms/)
    expect(stdout).toContain(`✓ trunk           the virtual phones at ${endpoints.phones}`)
    expect(stdout).toContain('All is well.')
  })

  it.concurrent('finds a folder healthy on which nothing runs yet, and says how to go on', async () => {
    const data = await bench.folder()
    const { exitCode, stdout } = await runYuyin('doctor', '--profile', 'dev', '--data', data, ...freePorts)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('· node            no node runs on this data folder')
    expect(stdout).toContain("→ Start one with 'yuyin serve'.")
    expect(stdout).toContain('✓ trunk           the virtual phones')
  })

  it.concurrent.each([
    ['trunk', [], 'none', 'YUYIN_TRUNK_HOST'],
    ['trunk', ['--trunk-host', '127.0.0.1', '--trunk-port', '9'], 'does not answer OPTIONS', 'firewall'],
    ['database', ['--database-url', 'postgres://me:hunter2@127.0.0.1:9/x'], 'does not answer', 'YUYIN_DATABASE_URL'],
    ['RTP ports', ['--rtp-ports', '30000-30009'], 'room for 5 calls', 'Widen YUYIN_RTP_PORTS'],
    ['voice', ['--synthesizer', 'http'], 'No speech synthesiser', 'YUYIN_SYNTHESIZER_URL'],
    ['data folder', ['--data', 'package.json/below'], 'package.json is no folder', 'YUYIN_DATA'],
  ])('%s with %j is unhealthy, with what to do', async (check, args, found, remedy) => {
    const told = await finding(check, ...freePorts, '--sip-host', '127.0.0.1', ...args)
    expect(told).toMatchObject({ state: 'bad' })
    expect(told.found).toContain(found)
    expect(told.found).not.toContain('hunter2')
    expect(told.remedy).toContain(remedy)
  })

  it.concurrent('names the port that another program holds', async () => {
    const told = await finding('HTTP port', '--profile', 'dev', '--sip-port', '0', '--http-port', String(takenPort))
    expect(told).toMatchObject({ state: 'bad', remedy: expect.stringContaining('YUYIN_HTTP_PORT') })
    expect(told.found).toContain(String(takenPort))
  })
})
