import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writePcap } from '../../src/traces/write-pcap.ts'
import { runYuyin } from '../node/run-yuyin.ts'
import { NodeBench } from '../node/served-node.ts'

const run = promisify(execFile)
const bench = new NodeBench()
let data: string
let callId: string

beforeAll(async () => {
  data = await bench.folder()
  await bench.serve(data)
  const ring = await runYuyin('ring', '13900000001', '--json', '--data', data)
  callId = JSON.parse(ring.stdout).callId
})
afterAll(() => bench.close())

/** What the command prints about the call, right after it. */
async function trace(...args: string[]) {
  const { exitCode, stdout, stderr } = await runYuyin('trace', callId, ...args, '--data', data)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return stdout
}

/** What tshark reads in a capture file, a line per message. */
async function readBySomebodyElse(file: string, ...fields: string[]): Promise<string[]> {
  const asked = fields.flatMap((field) => ['-e', field])
  const { stdout } = await run('tshark', [
    '-r',
    file,
    '-Y',
    'sip',
    '-T',
    'fields',
    '-o',
    'ip.check_checksum:TRUE',
    '-o',
    'udp.check_checksum:TRUE',
    ...asked,
  ])
  return stdout.trim().split('\n')
}

test('yuyin trace --json, asked right after the call, waits for what is still being written', async () => {
  const entries: { kind: string; words?: string }[] = JSON.parse(await trace('--json'))
  expect(entries.map(({ words }) => words ?? '')).toContainEqual(expect.stringMatching(/^ended: hungUpEarly/))
})

test('yuyin trace draws the call: messages, states, what RTP counted', async () => {
  const ladder = await trace()
  const story = [
    /^Leg 1: trunk phones, 127\.0\.0\.1:\d+ ↔ 127\.0\.0\.1:\d+, udp, Call-ID /m,
    /│ dialling/,
    /│─+ INVITE \(audio\) ─+▶│/,
    /│◀─+ 180 Ringing ─+│/,
    /│◀─+ 200 OK \(audio\) ─+│/,
    /│ answered/,
    /│◀─+ BYE ─+│/,
    /│ ended: hungUpEarly \(200001\), hung up by callee/,
    /│ audio at 127.0.0.1:\d+: sent \d+, received \d+, lost 0 /,
  ]
  expect(story.filter((line) => !line.test(ladder))).toEqual([])
  expect(await trace('--messages')).toMatch(/ {14}m=audio \d+ RTP\/AVP 8 0 101/)
})

test('its capture file opens in tshark: every message whole, between the right sockets, with right checksums', async () => {
  const file = join(data, 'call.pcap')
  expect(await trace('--pcap', file)).toContain(`messages are in ${file}`)
  const lines = await readBySomebodyElse(file, 'sip.Method', 'sip.Status-Code', 'ip.src', 'ip.checksum.status')
  expect(lines.slice(0, 2)).toEqual(['INVITE\t\t127.0.0.1\t1', '\t100\t127.0.0.1\t1'])
  expect(lines.at(-2)).toMatch(/^BYE\t\t/)
  const ids = await readBySomebodyElse(file, 'sip.Call-ID')
  expect(new Set(ids.map((id) => id.slice(0, 25)))).toEqual(new Set([callId.replace('^', '.')]))
})

test('IPv6 too', async () => {
  const ends = { local: { host: '2001:db8::1', port: 5060 }, remote: { host: '::ffff:192.0.2.7', port: 5080 } }
  const text = 'OPTIONS sip:a SIP/2.0\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n'
  const file = join(data, 'six.pcap')
  const message = { kind: 'sip', at: 0, direction: 'sent', transport: 'udp', ...ends, sipCallId: 'x', text } as const
  await writeFile(file, writePcap([message]))
  const lines = await readBySomebodyElse(file, 'sip.Method', 'ipv6.src', 'ipv6.dst', 'udp.checksum.status')
  expect(lines).toEqual(['OPTIONS\t2001:db8::1\t::ffff:192.0.2.7\t1'])
})

test('a call that is unknown, and an id that is none, are told apart in plain words', async () => {
  const unknown = await runYuyin('trace', '000000000000^000000000000', '--data', data)
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('There is no trace of call') })
  const none = await runYuyin('trace', '42', '--data', data)
  expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is no CallId') })
})
