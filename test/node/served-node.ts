import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { flagOf, type SettingName } from '../../src/config.ts'
import { type Endpoints, readEndpoints } from '../../src/endpoints.ts'
import { isBuilt } from '../../tools/workshop/build-program.js'
import { NodeClient } from './node-client.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type Settings = Readonly<Partial<Record<SettingName, string>>>

/** A node as its users run it: `yuyin serve` of the dev profile, in a process of its own. */
export interface ServedNode {
  readonly endpoints: Endpoints
  readonly client: NodeClient
  /** Everything that the process printed so far. */
  printed(): string
  /** SIGTERM. @returns what the process left with */
  stop(): Promise<number | null>
  /** SIGKILL, to the node's process and nothing else. Resolves when it is gone. */
  kill(): Promise<void>
}

/**
 * Arguments with which Node.js runs the `yuyin` command: the built program when it is what the sources say, as after
 * `npm test` has built it, since that starts in half the time; else the sources themselves.
 */
export const yuyinArguments: readonly string[] = isBuilt()
  ? [join(root, 'bin', 'yuyin.js')]
  : ['--import', 'tsx', join(root, 'src', 'cli', 'main.ts')]

/**
 * Starts the process and does not wait for it. Ports are free ones, request limits are off; settings of this machine's
 * shell do not count.
 */
export function spawnServe(data: string, settings: Settings = {}): ChildProcess {
  const ports = { httpPort: '0', sipPort: '0', rtpPorts: '0' }
  const chosen: Settings = { profile: 'dev', data, ...ports, requestLimits: 'off', ...settings }
  const flags = Object.entries(chosen).flatMap(([name, value]) => [flagOf(name), value])
  return spawn(process.execPath, [...yuyinArguments, 'serve', ...flags], {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Serves a data folder. @throws with everything that was printed, when the node does not come up */
export async function serveNode(data: string, settings: Settings = {}): Promise<ServedNode> {
  const child = spawnServe(data, settings)
  let printed = ''
  const gone = once(child, 'exit')
  const ready = new Promise<void>((resolve, reject) => {
    const onText = (chunk: Buffer) => {
      printed += chunk.toString('utf8')
      if (printed.includes('Hear the first call')) resolve()
    }
    child.stdout?.on('data', onText)
    child.stderr?.on('data', onText)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the node ended with ${code} before it was ready:\n${printed}`)))
  })
  await ready
  const endpoints = readEndpoints(data)
  if (endpoints === undefined) throw new Error(`the node wrote no endpoints:\n${printed}`)
  return {
    endpoints,
    client: new NodeClient(endpoints.http),
    printed: () => printed,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await gone
      return child.exitCode
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** Data folders and nodes of one test file, ended and removed in the reverse order by `close`. */
export class NodeBench {
  readonly #closing: (() => Promise<unknown>)[] = []

  /** An empty folder. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'yuyin-node-'))
    this.#closing.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
    return folder
  }

  async serve(data: string, settings: Settings = {}): Promise<ServedNode> {
    const node = await serveNode(data, settings)
    this.#closing.push(() => node.stop())
    return node
  }

  async close(): Promise<void> {
    for (const end of this.#closing.splice(0).reverse()) await end()
  }
}

/** This process's environment without settings of Yuyin. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('YUYIN_')))
}
