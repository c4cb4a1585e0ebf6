import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { copyBinaries, findBinaries, mendLinks } from '../../src/store/embedded/binaries.ts'
import { type EmbeddedServer, startEmbeddedServer } from '../../src/store/embedded/embedded-server.ts'
import { serverArguments } from '../../src/store/embedded/server-settings.ts'
import { chooseServerUser } from '../../src/store/embedded/server-user.ts'

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

describe('the embedded server', () => {
  let dataDir: string
  let server: EmbeddedServer | undefined
  const start = async (folder = dataDir) => {
    server = await startEmbeddedServer(folder, silentLog)
    return server
  }
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'yuyin-server-'))
  })
  afterEach(async () => {
    await server?.close()
    server = undefined
    await rm(dataDir, { recursive: true })
  })

  it('keeps what was written from one start to the next, with fsync on', async () => {
    const first = await start()
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS value')
    expect(
      await query(first.url, `SELECT current_setting('fsync') || current_setting('synchronous_commit') AS safe`),
    ).toEqual([{ safe: 'onon' }])
    await first.close()
    const second = await start()
    expect(await query(second.url, 'SELECT value FROM kept')).toEqual([{ value: 7 }])
  })

  it('keeps its password and its files to itself', async () => {
    await start()
    const modes = await Promise.all(
      ['postgres.password', 'postgres', 'run'].map(async (name) => (await stat(join(dataDir, name))).mode & 0o777),
    )
    expect(modes).toEqual([0o600, 0o700, 0o700])
    expect(existsSync(join(dataDir, 'run', 'first-password'))).toBe(false)
  })

  it('lets one node use a data folder, and tells a second one what to do', async () => {
    await start()
    await expect(startEmbeddedServer(dataDir, silentLog)).rejects.toThrow(/in use by the node.*YUYIN_DATA/)
  })

  it('starts after the server itself was killed and left its traces', async () => {
    const first = await start()
    await first.close()
    await writeFile(join(dataDir, 'node.lock'), JSON.stringify({ pid: process.pid, identity: 'an earlier boot 1' }))
    // The process id in the file belongs to a living program that is no database server.
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n${join(dataDir, 'postgres')}\n`)
    const second = await start()
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('ends the server that an earlier node left running, then starts its own', async () => {
    await (await start()).close()
    const user = chooseServerUser(dataDir)
    const listening = { on: 'socket', folder: join(dataDir, 'run') } as const
    const { postgres } = await findBinaries()
    const { file, args } = user.command(postgres, serverArguments(join(dataDir, 'postgres'), listening))
    const leftover = spawn(file, args, { stdio: 'ignore', detached: true })
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
    await vi.waitFor(async () => expect(await readFile(pidFile, 'utf8')).toContain('ready'), 10_000)
    const next = await start()
    expect(leftover.exitCode).toBe(0)
    expect(next.pid).not.toBe(leftover.pid)
    expect(await query(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('is started again when it dies while the node lives, and has lost nothing', async () => {
    const { url, pid } = await start()
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS value')
    process.kill(pid ?? 0, 'SIGKILL')
    await vi.waitFor(async () => expect(await query(url, 'SELECT value FROM kept')).toEqual([{ value: 7 }]), {
      timeout: 30_000,
      interval: 100,
    })
    expect(server?.pid).not.toBe(pid)
  })

  it('takes no notice of a first start that was killed half way', async () => {
    await mkdir(join(dataDir, 'postgres.new'))
    await writeFile(join(dataDir, 'postgres.new', 'PG_VERSION'), '17\n')
    const { url } = await start()
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('listens on loopback, with a password, where the path is too long for a socket', async () => {
    const deep = join(dataDir, 'a-folder-with-a-long-name'.repeat(2), 'and-another-one-below-it'.repeat(2))
    const { url } = await start(deep)
    expect(new URL(url).hostname).toBe('127.0.0.1')
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    const withoutPassword = new URL(url)
    withoutPassword.password = 'wrong'
    await expect(query(withoutPassword.href, 'SELECT 1')).rejects.toThrow(/authentication failed/)
  })

  it('refuses files of another major version, and says what to do', async () => {
    await (await start()).close()
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '12\n')
    await expect(start()).rejects.toThrow(/made by PostgreSQL 12.*pg_dump/)
  })

  it('runs where install scripts were blocked and the links between libraries are missing', async () => {
    const copy = await copyBinaries(await findBinaries(), dataDir)
    const link = join(copy.folder, 'native', 'lib', 'libicuuc.so.60')
    await rm(link)
    expect(() => execFileSync(copy.postgres, ['--version'], { stdio: 'pipe' })).toThrow('libicuuc.so.60')
    expect(await mendLinks(copy)).toBe(true)
    expect(execFileSync(copy.postgres, ['--version'], { encoding: 'utf8' })).toContain('PostgreSQL')
  })
})
