import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const corpus = 'src/sip/torture/rfc4475'
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuyin-torture-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs `npm run torture` on folders. */
function torture(...folders: string[]): Promise<{ code: number; lines: string[] }> {
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', 'tools/torture-sip.ts', ...folders]
    execFile(process.execPath, args, { timeout: 60_000 }, (error, out) => {
      resolve({ code: error === null ? 0 : Number(error.code), lines: out.trim().split('\n') })
    })
  })
}

test('a folder of messages is judged file by file, and one that is not as the table says fails the command', async () => {
  await cp(`${corpus}/ncl.dat`, join(folder, 'ncl.dat'))
  await cp(`${corpus}/wsinv.dat`, join(folder, 'wsinv.dat'))
  await writeFile(join(folder, 'stranger.sip'), 'OPTIONS sip:a@b SIP/2.0\r\n\r\n')
  const sound = await torture(folder)
  expect(sound.lines.slice(2).map((line) => line.split(/ {2,}/))).toEqual([
    ['ncl', 'Bad Content-Length', '400 Bad Content-Length', 'dropped', 'as in §3.1.2.3'],
    ['stranger', 'Bad From Header', 'dropped', 'dropped', 'not in it'],
    ['wsinv', 'sound', ...Array(2).fill('481 Call/Transaction Does Not Exist'), 'as in §3.1.1.1'],
    ['nothing differs, nothing failed'],
  ])
  expect(sound.code).toBe(0)
  await cp(`${corpus}/quotbal.dat`, join(folder, 'wsinv.dat'))
  const other = await torture(folder)
  expect(other.lines.at(-2)).toContain('DIFFERS from §3.1.1.1')
  expect(other.code).toBe(1)
})

test('without a folder it takes the messages of both RFCs, and over TCP wrong lengths end a stream instead of a message', async () => {
  const { code, lines } = await torture()
  expect([code, lines.at(-1)]).toEqual([0, 'nothing differs, nothing failed'])
  const rows = lines.map((line) => line.split(/ {2,}/))
  const overTcp = (name: string) => rows.find(([first]) => first === name)?.[3]
  expect(['clerr', 'mcl01', 'ncl', 'dblreq', 'wsinv'].map(overTcp)).toEqual([
    ...['dropped', 'dropped', 'dropped', 'a call'],
    '481 Call/Transaction Does Not Exist',
  ])
})
