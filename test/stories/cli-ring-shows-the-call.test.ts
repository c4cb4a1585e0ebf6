import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'
import { heardReport } from '../../src/phones/heard-report.ts'
import { melody } from '../node/melody.ts'
import { runYuyin } from '../node/run-yuyin.ts'
import { NodeBench } from '../node/served-node.ts'

const bench = new NodeBench()
let data: string

beforeAll(async () => {
  data = await bench.folder()
  await bench.serve(data)
})
afterAll(() => bench.close())

const ring = (...args: string[]) => runYuyin('ring', ...args, '--data', data)

/** What `yuyin ring --json` prints, as far as it is looked at. */
interface Told {
  callId: string
  state: string
  outcome: string
  heard?: string
  rungs: { kind: string; summary?: string }[]
}

describe('yuyin ring', () => {
  it.concurrent('draws the call as a ladder, says how it ended, and where what was heard lies', async () => {
    const { exitCode, stdout, stderr } = await ring('13900000000')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const story = [
      /SingleCallByTts → 13900000000 {3}CallId \d{12}\^\d{12}/,
      /Yuyin +phone 13900000000/,
      /s {2}│─+ INVITE ─+▶│/,
      /s {2}│◀─+ 180 Ringing ─+│/,
      /s {2}│◀─+ 200 OK ─+│/,
      /s {2}│─+ ACK ─+▶│/,
      /♪ first audio arrives/,
      /s {2}│─+ BYE ─+▶│/,
      /result {3}200000 heard, \d s/,
      /heard {4}\S+heard\.wav/,
    ]
    const places = story.map((line) => stdout.search(line))
    expect(places).not.toContain(-1)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    const file = /heard {4}(\S+)/.exec(stdout)?.[1] ?? ''
    const heard = heardReport(await readFile(file))
    expect(heard.soundMs).toBeGreaterThan(2_000)
  })

  it.concurrent('picks a number whose phone answers when none is named', async () => {
    const { exitCode, stdout } = await ring()
    expect(exitCode).toBe(0)
    expect(stdout).toContain('200000 heard')
  })

  it.concurrent('tells programs the same as JSON, and answers no when the line is busy', async () => {
    const { exitCode, stdout } = await ring('13900000002', '--json')
    expect(exitCode).toBe(1)
    const told: Told = JSON.parse(stdout)
    expect(told).toMatchObject({ state: '200002', outcome: 'busy' })
    expect(told.heard).toBeUndefined()
    const messages = told.rungs.flatMap(({ summary }) => summary ?? [])
    expect(messages).toEqual(['INVITE', '100 Trying', '486 Busy Here'])
  })

  it.concurrent('understands a number as people write it', async () => {
    const { exitCode, stdout } = await ring('+86 139-0000-0001')
    expect(exitCode).toBe(1)
    expect(stdout).toContain('200001 hung up early')
    expect(stdout).toContain('INVITE')
  })

  it.concurrent('plays a WAV that was uploaded', async () => {
    const wav = join(data, 'three-tones.wav')
    const notesHz = [600, 900, 1200]
    const tones = notesHz.flatMap((hz) => [...makeTone([hz], 500)])
    await writeFile(wav, writeWav(Int16Array.from(tones)))
    const added = await runYuyin('voice', 'add', wav, '--data', data)
    expect(added).toMatchObject({ exitCode: 0, stdout: 'Voice three-tones.wav, 1.5 s, is approved.\n' })
    const { exitCode, stdout } = await ring('13955550030', '--voice', 'three-tones.wav', '--times', '2', '--json')
    expect(exitCode).toBe(0)
    const told: Told = JSON.parse(stdout)
    const heard = heardReport(await readFile(told.heard ?? ''))
    expect(melody(heard.tones, notesHz)).toEqual([...notesHz, ...notesHz])
  })

  it.concurrent('shows why a call was refused', async () => {
    const wrong = await ring('12')
    expect(wrong).toMatchObject({ exitCode: 1, stdout: '' })
    expect(wrong.stderr).toContain('SingleCallByTts was refused: isv.MOBILE_NUMBER_ILLEGAL')
    const unsigned = await ring('13900000000', '--secret', 'wrong', '--json')
    expect(unsigned).toMatchObject({ exitCode: 1, stderr: '' })
    expect(JSON.parse(unsigned.stdout)).toMatchObject({ refused: { Code: 'SignatureDoesNotMatch' } })
  })

  it.concurrent('says what to do when no node runs there', async () => {
    const empty = await bench.folder()
    expect(await runYuyin('ring', '--data', empty)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(`No node runs on ${empty}. 'npm start' starts one`),
    })
    const silent = await runYuyin('ring', '--endpoint', 'http://127.0.0.1:9', '--data', empty)
    expect(silent).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('http://127.0.0.1:9 does not answer') })
  })
})
