import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CallFiles, callFiles } from './call-files.ts'

const number = '13912345678'
const id = '1700000000000-0001'
let folder: string
let files: CallFiles

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'call-files-'))
  files = callFiles(folder)
})

afterEach(() => rm(folder, { recursive: true }))

it('are removed with their call, and the folder of the phone with its last one', async () => {
  const other = { number, id: '1700000000000-0002' }
  await mkdir(join(folder, number, id), { recursive: true })
  await mkdir(join(folder, number, other.id))
  await files.remove({ number, id })
  expect(await readdir(join(folder, number))).toEqual([other.id])
  await files.remove(other)
  expect(await readdir(folder)).toEqual([])
  await files.remove(other)
})

it.each([
  ['no record', undefined],
  ['half a record', '{"id":'],
  ['the record of something else', '{"id":"1"}'],
])('are removed at the start when they hold %s', async (_, text) => {
  await mkdir(join(folder, number, id), { recursive: true })
  if (text !== undefined) await writeFile(join(folder, number, id, 'call.json'), text)
  expect(await files.load()).toEqual([])
  expect(await readdir(join(folder, number))).toEqual([])
})

it('stay when they cannot be read: that says nothing about the call', async () => {
  const unreadable = join(folder, number, id, 'call.json')
  await mkdir(unreadable, { recursive: true })
  await writeFile(join(folder, number, id, 'heard.wav'), 'sound')
  await expect(files.load()).rejects.toMatchObject({ code: 'EISDIR' })
  expect(await readdir(join(folder, number, id))).toEqual(['call.json', 'heard.wav'])
})
