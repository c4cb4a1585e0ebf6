import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cleanEnvironment, yuyinArguments } from './served-node.ts'

/** What a command left behind. */
export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the real `yuyin` command, without a terminal, in a process of its own. */
export async function runYuyin(...args: string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, [...yuyinArguments, ...args], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    text.stdout += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    text.stderr += chunk.toString('utf8')
  })
  // `close`, not `exit`: everything that was printed has arrived.
  await once(child, 'close')
  return { exitCode: child.exitCode, ...text }
}

/** Runs a command that must work. @returns what it printed, as JSON @throws with its own words when it failed */
export async function jsonOf<T>(...args: string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await runYuyin(...args, '--json')
  if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  const value: T = JSON.parse(stdout)
  return value
}
