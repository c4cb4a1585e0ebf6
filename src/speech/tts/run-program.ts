import { spawn } from 'node:child_process'
import type { Clock } from '../../lib/clock.ts'
import { hasCode } from '../../lib/error-code.ts'

/** `missing`: there is no such program; `refused`: it ended and says that it failed; `broken`: anything else. */
export type ProgramFailure = 'missing' | 'refused' | 'broken'

/** A program that was run did not do its work. The message has its name, how it ended and what it said. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed'
  readonly failure: ProgramFailure

  constructor(failure: ProgramFailure, message: string) {
    super(message)
    this.failure = failure
  }
}

export interface ProgramRun {
  readonly program: string
  readonly args: readonly string[]
  /** UTF-8 text for its standard input. */
  readonly input: string
  readonly clock: Clock
  /** It is killed when it takes longer. */
  readonly limitMs: number
  /** It is killed when it writes more to its standard output. */
  readonly mostBytes: number
}

/** What of our environment a foreign program gets to see: no settings, no secrets. */
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'ESPEAK_DATA_PATH'] as const

/**
 * Runs a program, never through a shell, and gives what it wrote to its standard output.
 * @throws {ProgramFailed} when it is not there, fails, takes too long or writes too much
 */
export function runProgram(run: ProgramRun): Promise<Buffer> {
  const env = Object.fromEntries(passedOn.map((name) => [name, process.env[name]]))
  return new Promise((resolve, reject) => {
    const child = spawn(run.program, run.args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    let outputBytes = 0
    let said = ''
    let verdict: string | undefined
    const stop = (why: string) => {
      verdict = why
      child.kill('SIGKILL')
    }
    const limit = run.clock.after(run.limitMs, () => stop(`took longer than ${run.limitMs} ms`))
    child.stdout.on('data', (bytes: Buffer) => {
      output.push(bytes)
      outputBytes += bytes.length
      if (outputBytes > run.mostBytes) stop(`wrote more than ${run.mostBytes} bytes`)
    })
    child.stderr.on('data', (bytes: Buffer) => {
      if (said.length < 500) said += bytes.toString()
    })
    // A program that ends before it has read everything breaks the pipe; how it ended tells what happened.
    child.stdin.on('error', (error) => {
      if (!hasCode(error, 'EPIPE')) stop(`could not be told its text (${error.message})`)
    })
    child.stdin.end(run.input)
    const fail = (why: string, failure: ProgramFailure = 'broken') =>
      reject(new ProgramFailed(failure, `${run.program} ${why}${said === '' ? '' : `: ${said.trim()}`}`))
    child.on('error', (error) => {
      limit.cancel()
      fail(`cannot be run (${error.message})`, hasCode(error, 'ENOENT') ? 'missing' : 'broken')
    })
    child.on('close', (code, signal) => {
      limit.cancel()
      if (verdict !== undefined) fail(verdict)
      else if (code === 0) resolve(Buffer.concat(output))
      else fail(`ended with ${signal ?? `exit code ${code}`}`, code === null ? 'broken' : 'refused')
    })
  })
}
