import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readNamed, readVoice, writeNamed, writeNewNamed } from './named-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuyin-named-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('writes what was asked, and says in words what cannot be read or written', async () => {
  const file = join(folder, 'one.wav')
  await writeNamed(file, Buffer.from('sound'))
  expect((await readNamed(file)).toString()).toBe('sound')
  await expect(writeNamed(join(folder, 'none', 'one.wav'), Buffer.alloc(1))).rejects.toThrow(
    /one\.wav cannot be written/,
  )
  await expect(readNamed(join(folder, 'two.wav'))).rejects.toThrow(/two\.wav cannot be read/)
  await expect(readVoice(file)).rejects.toThrow(/one\.wav: /)
})

it('a new file is written whole, for its owner, and never over another', async () => {
  const file = join(folder, 'call.wav')
  await writeNewNamed(file, async () => Readable.from([Buffer.from('so'), Buffer.from('und')]))
  expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o777]).toEqual(['sound', 0o600])
  await expect(writeNewNamed(file, async () => Readable.from(['other']))).rejects.toThrow('exists already')
  expect(await readFile(file, 'utf8')).toBe('sound')
})

it('a new file that cannot be had whole is not there, and may be asked for again', async () => {
  const file = join(folder, 'call.wav')
  async function* brokenOff() {
    yield Buffer.from('so')
    throw new TypeError('terminated')
  }
  await expect(writeNewNamed(file, async () => Readable.from(brokenOff()))).rejects.toThrow('terminated')
  await expect(writeNewNamed(file, () => Promise.reject(new Error('the store is away')))).rejects.toThrow('away')
  await writeNewNamed(file, async () => Readable.from(['sound']))
  expect(await readFile(file, 'utf8')).toBe('sound')
})
