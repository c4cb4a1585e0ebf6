import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'
import { type PulledReceipt, ReceiptPuller } from '../node/pull-receipts.ts'
import { runYuyin } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'

const run = promisify(execFile)
const bench = new NodeBench()
const callerHz = 440
const calleeHz = 950
let data: string
let node: ServedNode

beforeAll(async () => {
  data = await bench.folder()
  node = await startNode()
})

afterAll(() => bench.close())

/** Phones know nothing of the last start: they are told again what to say. */
async function startNode(): Promise<ServedNode> {
  const started = await bench.serve(data, { calleeLimits: 'off' })
  await started.client.phoneAudio('caller.wav', writeWav(makeTone([callerHz], 20_000)))
  await started.client.phoneAudio('callee.wav', writeWav(makeTone([calleeHz], 2_500)))
  return started
}

/** Two people who talk, each in a tone of his own, until the callee hangs up. */
async function talk(caller: string, callee: string): Promise<string> {
  await node.client.script(caller, [{ answer: true }, { play: 'caller.wav' }])
  await node.client.script(callee, [{ answer: true }, { play: 'callee.wav' }, { hangup: true }])
  return node.client.connect(caller, callee, { RecordFlag: true, OutId: 'order-7' })
}

/** The report, and the file that it leads to, saved for sox. */
async function fetched(callId: string) {
  const puller = await ReceiptPuller.open(node.client, 'VoiceRecordReport')
  const [report = {}] = await puller.until(callId, 1)
  const answer = await fetch(report['record_file'] ?? '')
  const bytes = Buffer.from(await answer.arrayBuffer())
  const file = join(data, `${callId}.wav`)
  await writeFile(file, bytes)
  return { report, puller, answer, bytes, file }
}

const soxi = async (flag: string, file: string) => Number((await run('soxi', [flag, file])).stdout)

/** What sox takes for the pitch of one channel, of a second in its middle. */
async function pitchOf(file: string, channel: 1 | 2): Promise<number> {
  const { stderr } = await run('sox', [file, '-n', 'remix', String(channel), 'trim', '0.8', '1', 'stat'])
  return Number(/Rough\s+frequency:\s+(\d+)/.exec(stderr)?.[1])
}

const filesOn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wav'))

describe('a recorded call', () => {
  let told: PulledReceipt
  let url: string

  it('is told of once, and its file is what players expect: both voices, each in its channel', async () => {
    const callId = await talk('13911110001', '13911110002')
    await node.client.ended(callId)
    const { report, puller, answer, bytes, file } = await fetched(callId)
    told = report
    url = report['record_file'] ?? ''
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/wav'])
    expect(report).toMatchObject({ call_id: callId, out_id: 'order-7', status_code: '200100', duration: 3 })
    expect([await soxi('-c', file), await soxi('-r', file), await soxi('-b', file)]).toEqual([2, 8_000, 16])
    const seconds = await soxi('-D', file)
    expect(Math.ceil(seconds)).toBe(Number(report['duration']))
    // sox calls it rough: it is within a few per cent.
    expect((await pitchOf(file, 1)) / callerHz).toBeCloseTo(1, 1)
    expect((await pitchOf(file, 2)) / calleeHz).toBeCloseTo(1, 1)
    const folder = join(data, 'recordings')
    const [written = ''] = filesOn(folder)
    expect(readFileSync(join(folder, written)).equals(bytes)).toBe(true)
    expect(statSync(join(folder, written)).mode & 0o777).toBe(0o600)
    expect(await puller.drain()).toHaveLength(1)
  })

  it('is heard in pieces, and only by who has the URL as it was made', async () => {
    const part = await fetch(url, { headers: { range: 'bytes=0-43' } })
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 44])
    expect((await fetch(url.replace(/signature=../, 'signature=xx'))).status).toBe(403)
    const other = `${String(told['call_id'])}.wav`
    expect((await fetch(`${node.endpoints.http}/files/recordings/${other}`)).status).toBe(403)
    expect(node.printed()).not.toContain(new URL(url).searchParams.get('signature'))
  })

  it('is listed, fetched, linked and removed by the command, and then its URL is dead', async () => {
    const callId = String(told['call_id'])
    const command = async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await runYuyin('recording', ...args, '--data', data, '--profile', 'dev')
      return { exitCode, text: stdout + stderr }
    }
    const copy = join(data, 'copy.wav')
    const [listed, copied, link] = await Promise.all([
      command('list', '--json'),
      command('fetch', callId, copy),
      command('link', callId),
    ])
    expect(JSON.parse(listed.text)).toMatchObject([{ callId, state: 'ready', place: { kind: 'disk' } }])
    expect([copied.exitCode, await soxi('-c', copy)]).toEqual([0, 2])
    expect((await fetch(link.text.trim(), { method: 'HEAD' })).status).toBe(200)
    expect(await command('remove', callId)).toMatchObject({ exitCode: 0 })
    expect((await fetch(url)).status).toBe(404)
    await vi.waitFor(() => expect(filesOn(join(data, 'recordings'))).toEqual([]), { timeout: 20_000 })
  })

  it('is not lost with its node: the next start tells of what was recorded until then, once', async () => {
    await node.client.script('13911110003', [{ answer: true }, { play: 'caller.wav' }])
    await node.client.script('13911110004', [{ answer: true }, { play: 'caller.wav' }])
    const callId = await node.client.connect('13911110003', '13911110004', { RecordFlag: true })
    const folder = join(data, 'recordings')
    const secondsOnDisk = () => {
      const [name] = filesOn(folder)
      return name === undefined ? 0 : (statSync(join(folder, name)).size - 44) / 32_000
    }
    await vi.waitFor(() => expect(secondsOnDisk()).toBeGreaterThan(2), { timeout: 20_000, interval: 50 })
    await node.kill()
    node = await startNode()
    const { report, puller, file } = await fetched(callId)
    expect(report).toMatchObject({ call_id: callId, status_code: '999999' })
    const seconds = await soxi('-D', file)
    expect(seconds).toBeGreaterThan(2)
    expect([await soxi('-c', file), Math.ceil(seconds)]).toEqual([2, report['duration']])
    expect((await pitchOf(file, 1)) / callerHz).toBeCloseTo(1, 1)
    expect(await puller.drain()).toHaveLength(1)
    const kept = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    expect(kept.filter((name) => name.endsWith('.json'))).toEqual([])
  })
})
