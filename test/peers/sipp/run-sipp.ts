import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pauseMs } from 'node:timers/promises'
import { hasCode } from '../../../src/lib/error-code.ts'
import { freePort, isListening } from '../../sockets/ports.ts'

/** A sipp process: Debian's independent SIP endpoint, driven by a scenario. */
export interface Sipp {
  /** Port on 127.0.0.1 it sends from and listens on. */
  port: number
  /** Waits until it has done its calls. @throws with its own error log when a call failed there */
  finished(): Promise<void>
  /** Ends it, whatever it is doing and however its calls went. */
  stop(): Promise<void>
}

export interface SippOptions {
  /** Scenario text, or the name of one that sipp has built in: `uac`, `uas`. */
  scenario: string
  /** How many calls it makes or takes before it ends. */
  calls: number
  transport?: 'udp' | 'tcp'
  /** The port it sends from and listens on; a free one when left out. */
  port?: number
  /** Where it calls; absent: it waits to be called. */
  target?: { port: number; user?: string }
  /** More of its own options. */
  more?: readonly string[]
}

/** Starts sipp, bounded to a minute. @throws when it is not installed, with the command that installs it */
export async function startSipp(options: SippOptions): Promise<Sipp> {
  if (spawnSync('sipp', ['-v']).error !== undefined) {
    throw new Error('sipp is missing; install it with: apt-get install -y sip-tester')
  }
  const folder = await mkdtemp(join(tmpdir(), 'yuyin-sipp-'))
  const port = options.port ?? (await freePort())
  const errors = join(folder, 'errors.log')
  const { target, transport = 'udp' } = options
  const child = spawn(
    'sipp',
    [
      ...(await scenarioArguments(options.scenario, folder)),
      ...['-i', '127.0.0.1', '-p', String(port), '-t', transport === 'tcp' ? 't1' : 'u1', '-m', String(options.calls)],
      ...['-timeout', '60s', '-timeout_error', '-nostdin', '-trace_err', '-error_file', errors],
      ...(target === undefined ? [] : ['-s', target.user ?? '13800000000']),
      ...(options.more ?? []),
      ...(target === undefined ? [] : [`127.0.0.1:${target.port}`]),
    ],
    { cwd: folder, stdio: 'ignore' },
  )
  const ended = endOf(child, folder, errors)
  if (transport === 'tcp' && target === undefined) await untilListening(port, child)
  return {
    port,
    async finished() {
      const { exitCode, log } = await ended
      if (exitCode !== 0) throw new Error(`sipp ended with ${exitCode}:\n${log.slice(0, 4000)}`)
    },
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function scenarioArguments(scenario: string, folder: string): Promise<string[]> {
  if (!scenario.startsWith('<')) return ['-sn', scenario]
  const file = join(folder, 'scenario.xml')
  await writeFile(file, scenario)
  return ['-sf', file]
}

/** What came of it, when nothing of it is left. */
async function endOf(
  child: ChildProcess,
  folder: string,
  errors: string,
): Promise<{ exitCode: number | null; log: string }> {
  const [exitCode] = await once(child, 'exit')
  const log = exitCode === 0 ? '' : await errorLog(errors)
  await rm(folder, { recursive: true, force: true })
  return { exitCode, log }
}

/** sipp writes it only when it has something to say. */
async function errorLog(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'no error log'
    throw error
  }
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && !(await isListening(port))) await pauseMs(20)
}
