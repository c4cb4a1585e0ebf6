import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A C program of this folder that answers each line on its input with one on its output. */
export interface CProgram {
  /** Sends a line. */
  tell(line: string): void
  /** The next line that the program writes. @throws when the program ends instead */
  nextLine(): Promise<string>
  close(): Promise<void>
}

/** Compiles `bench/c/<name>.c` into `.tmp/`. @throws with the compiler's words, or when there is no `cc` */
export async function compile(name: string): Promise<string> {
  const folder = fileURLToPath(new URL('../../.tmp/bench/', import.meta.url))
  await mkdir(folder, { recursive: true })
  const source = fileURLToPath(new URL(`./${name}.c`, import.meta.url))
  await promisify(execFile)('cc', ['-O2', '-Wall', '-o', folder + name, source])
  return folder + name
}

export function startProgram(path: string, args: readonly string[]): CProgram {
  const child: ChildProcess = spawn(path, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines: string[] = []
  let whenLine: (() => void) | undefined
  if (child.stdout === null) throw new Error(`${path} has no output`)
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    whenLine?.()
  })
  return {
    tell: (line) => void child.stdin?.write(`${line}\n`),
    async nextLine() {
      while (lines.length === 0) {
        const written = new Promise<'line'>((resolve) => {
          whenLine = () => resolve('line')
        })
        if ((await Promise.race([written, ended])) !== 'line') throw new Error(`${path} ended`)
      }
      return lines.shift() ?? ''
    },
    async close() {
      child.stdin?.end()
      child.kill('SIGTERM')
      await ended
    },
  }
}
