import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Endpoints } from '../../src/endpoints.ts'

/** A built node in a process of its own, in a folder of its own, on free ports. */
export interface BenchNode {
  readonly process: ChildProcess
  readonly data: string
  readonly endpoints: Endpoints
  /** Stops the node and removes its folder. */
  close(): Promise<void>
}

const launcher = fileURLToPath(new URL('../../bin/yuyin.js', import.meta.url))
const longestStartMs = 60_000

/**
 * Starts the dev profile of the built program. What it logs goes to `<data>/node.log`.
 *
 * @param settings further settings by their variable: `{ YUYIN_TRUNK_CHANNELS: '0' }`
 * @throws when it does not serve within a minute
 */
export async function runNode(settings: Readonly<Record<string, string>>): Promise<BenchNode> {
  const data = await mkdtemp(join(tmpdir(), 'yuyin-bench-'))
  const child = spawn(process.execPath, [launcher, 'serve', '--profile', 'dev'], {
    cwd: data,
    env: {
      ...process.env,
      YUYIN_DATA: data,
      YUYIN_HTTP_PORT: '0',
      YUYIN_SIP_PORT: '0',
      YUYIN_LOG_LEVEL: 'error',
      YUYIN_CALLEE_LIMITS: 'off',
      YUYIN_REQUEST_LIMITS: 'off',
      // Counted all the same: what is measured has what everybody has.
      YUYIN_REQUEST_LIMIT_PERCENT: '100000',
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await new Promise((resolve) => child.once('exit', resolve))
    }
    await rm(data, { recursive: true, force: true })
  }
  const file = join(data, 'endpoints.json')
  for (let waitedMs = 0; !existsSync(file); waitedMs += 50) {
    if (child.exitCode !== null || waitedMs > longestStartMs) {
      await close()
      throw new Error(
        'the node did not start; run `npm run build` and `node bin/yuyin.js serve --profile dev` to see why',
      )
    }
    await pause(50)
  }
  return { process: child, data, endpoints: JSON.parse(readFileSync(file, 'utf8')), close }
}
