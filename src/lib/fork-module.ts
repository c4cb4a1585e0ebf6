import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How a module of our own is run as a process. */
export interface ForkOptions {
  args?: readonly string[]
  env?: NodeJS.ProcessEnv
  /** Niceness is left to the caller; `inherit` shows what the child prints, `ignore` drops it. */
  output?: 'inherit' | 'ignore'
}

/**
 * Runs a module of our own in a process of its own, with a message channel that carries Buffers and Maps (structured
 * clone). Works from the TypeScript sources (through tsx) and from the built JavaScript alike: the child has the
 * file extension of its parent.
 *
 * @param from `import.meta.url` of the caller
 * @param path the module relative to the caller, without extension: `./process/media-process`
 */
export function forkModule(from: string, path: string, options: ForkOptions = {}): ChildProcess {
  const extension = from.endsWith('.ts') ? '.ts' : '.js'
  const output = options.output ?? 'inherit'
  return fork(fileURLToPath(new URL(path + extension, from)), options.args ?? [], {
    execArgv: extension === '.ts' ? ['--import', import.meta.resolve('tsx')] : [],
    env: options.env ?? process.env,
    serialization: 'advanced',
    stdio: ['ignore', output, output, 'ipc'],
  })
}
