import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { describe } from 'vitest'
import { hasCode } from '../../src/lib/error-code.ts'
import type { ServerUnderTest } from '../stories/store-contract/bench-of-nodes.ts'
import { storeContract } from '../stories/store-contract/store-contract.ts'

/** Where Debian's package `postgresql` puts the programs of each major version. */
const packages = '/usr/lib/postgresql'

describe("the store keeps its promises on Debian's PostgreSQL", () => {
  storeContract(startDebianServer)
})

/** A private cluster of the newest installed version, run by the package's own user when we are root. */
async function startDebianServer(): Promise<ServerUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'yuyin-pg-'))
  const owner = await giveToServerUser(folder)
  const bin = newestPrograms()
  const cluster = join(folder, 'cluster')
  execFileSync(join(bin, 'initdb'), ['-D', cluster, '-U', 'yuyin', '-E', 'UTF8', '--auth=trust', '--no-sync'], owner)
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'max_connections=60']
  const server = spawn(join(bin, 'postgres'), ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])], {
    ...owner,
    stdio: 'ignore',
  })
  const url = `postgresql://yuyin@${encodeURIComponent(folder)}:5432/postgres`
  const ended = once(server, 'exit')
  while (!(await answers(url))) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL in ${bin} ended with code ${server.exitCode}`)
    await delay(50)
  }
  return {
    url,
    async stop() {
      server.kill('SIGINT')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

function newestPrograms(): string {
  const versions = existsSync(packages) ? readdirSync(packages).map(Number) : []
  if (versions.length === 0) throw new Error(`There is no PostgreSQL in ${packages}: apt-get install postgresql`)
  return join(packages, String(Math.max(...versions)), 'bin')
}

async function giveToServerUser(folder: string): Promise<{ uid?: number; gid?: number; cwd: string }> {
  if (process.getuid?.() !== 0) return { cwd: folder }
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const [uid, gid] = [id('-u'), id('-g')]
  await chown(folder, uid, gid)
  return { uid, gid, cwd: folder }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client(url)
  try {
    await client.connect()
    await client.end()
    return true
  } catch (error) {
    // Nobody listens yet (on its socket file), or the server is starting up.
    if (hasCode(error, 'ENOENT', 'ECONNREFUSED', '57P03')) return false
    throw error
  }
}
