import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pauseMs } from 'node:timers/promises'

/** A sipp process: Debian's independent SIP endpoint, driven by a scenario. */
export interface Sipp {
  /** Port on 127.0.0.1 it sends from and listens on. */
  port: number
  /** Resolves when it has done its calls. @throws with its own error log when a call failed there */
  finished: Promise<void>
  /** Ends it, whatever it is doing. */
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
  const finished = outcome(child, errors).finally(() => rm(folder, { recursive: true, force: true }))
  // Whoever does not wait for the end still must not leave an unhandled rejection.
  finished.catch(() => undefined)
  if (transport === 'tcp' && target === undefined) await untilListening(port, child)
  return {
    port,
    finished,
    stop: async () => {
      child.kill('SIGKILL')
      await finished.catch(() => undefined)
    },
  }
}

async function scenarioArguments(scenario: string, folder: string): Promise<string[]> {
  if (!scenario.startsWith('<')) return ['-sn', scenario]
  const file = join(folder, 'scenario.xml')
  await writeFile(file, scenario)
  return ['-sf', file]
}

async function outcome(child: ChildProcess, errors: string): Promise<void> {
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  if (code === 0) return
  const log = await readFile(errors, 'utf8').catch(() => 'no error log')
  throw new Error(`sipp ended with ${code}:\n${log.slice(0, 4000)}`)
}

/** A UDP port that is free right now; sipp cannot be asked which one it got. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port })
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    await pauseMs(20)
  }
}
