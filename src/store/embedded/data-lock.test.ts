import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockDataFolder } from './data-lock.ts'
import { processIdentity } from './process-identity.ts'

describe('lockDataFolder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yuyin-lock-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const leave = (pid: number, identity: string) =>
    writeFile(join(folder, 'node.lock'), JSON.stringify({ pid, identity }))

  it('lets one process in, and says who it is', async () => {
    const lock = await lockDataFolder(folder)
    await expect(lockDataFolder(folder)).rejects.toThrow(`process id ${process.pid}`)
    await lock.release()
    await (await lockDataFolder(folder)).release()
    expect(await readdir(folder)).toEqual([])
  })

  it('takes over from a process that is gone', async () => {
    await leave(2 ** 22 + 1, 'some boot 1')
    await (await lockDataFolder(folder)).release()
  })

  it('takes over when the process id belongs to another process by now', async () => {
    await leave(process.pid, 'some boot 1')
    await (await lockDataFolder(folder)).release()
  })

  it('takes over from a damaged file', async () => {
    await writeFile(join(folder, 'node.lock'), '')
    await (await lockDataFolder(folder)).release()
  })

  it('does not take over from a living process', async () => {
    await leave(process.ppid, processIdentity(process.ppid) ?? 'none')
    await expect(lockDataFolder(folder)).rejects.toThrow('is in use')
  })
})
