import { execFile, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import { signedUrl } from '../../src/wire/signature/sign.ts'
import { runLoad } from './http-load.ts'
import { type BenchNode, runNode } from './run-node.ts'

/** A node whose trunk leads to sipp, with a short voice file: calls that cost signalling, records and receipts. */
export interface CallLoad {
  readonly node: BenchNode
  /** Where sipp answers. */
  readonly calleePort: number
  /** Has `count` calls accepted and does not wait for them. */
  accept(count: number): Promise<void>
  /** How many calls have their record, and how many of those were heard to the end. */
  recorded(): Promise<{ ended: number; heard: number }>
  /** Places `count` calls and resolves when every one has its record and receipts. @returns seconds it took */
  place(count: number): Promise<number>
  close(): Promise<void>
}

const voiceCode = 'short.wav'
/** Two frames of sound: what is measured is the call, not the listening. */
const voiceSamples = 320
const launcher = fileURLToPath(new URL('../../bin/yuyin.js', import.meta.url))
/** A call that does not end within this long has been lost. */
const longestWaitSeconds = 120
/** sipp ends by itself after this long, also when nobody ends it. */
const longestBenchSeconds = 3600

/**
 * @param channels simultaneous calls
 * @param environment further variables of the node's process
 * @throws when sipp is not installed: `apt-get install sip-tester`
 */
export async function startCallLoad(
  channels: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<CallLoad> {
  const calleePort = await freeUdpPort()
  const callee = spawn(
    'sipp',
    ['-sn', 'uas', '-i', '127.0.0.1', '-p', String(calleePort), '-timeout', String(longestBenchSeconds), '-nostdin'],
    {
      stdio: 'ignore',
    },
  )
  await new Promise<void>((resolve, reject) => {
    callee.once('error', () => reject(new Error('sipp is needed: apt-get install sip-tester')))
    callee.once('spawn', resolve)
  })
  const node = await runNode({
    YUYIN_PHONES: 'off',
    YUYIN_TRUNK_HOST: '127.0.0.1',
    YUYIN_TRUNK_PORT: String(calleePort),
    YUYIN_TRUNK_CHANNELS: String(channels),
    YUYIN_TRUNK_ALLOW: '*',
    YUYIN_TRUNK_PING_SECONDS: '0',
    ...environment,
  })
  const database = new pg.Client({ connectionString: node.endpoints.database })
  const close = async () => {
    await database.end()
    await node.close()
    callee.kill('SIGKILL')
  }
  try {
    await database.connect()
    const file = join(node.data, voiceCode)
    await writeFile(file, writeWav(new Int16Array(voiceSamples)))
    await promisify(execFile)(process.execPath, [launcher, 'voice', 'add', file, '--data', node.data])
  } catch (error) {
    await close()
    throw error
  }
  let placed = 0
  const acceptMore = async (count: number) => {
    const first = placed
    placed += count
    await accept(node, first, count)
  }
  return {
    node,
    calleePort,
    close,
    accept: acceptMore,
    recorded: () => countRecords(database),
    async place(count) {
      const started = performance.now()
      await acceptMore(count)
      await everyRecord(database, placed)
      return (performance.now() - started) / 1000
    },
  }
}

async function accept(node: BenchNode, first: number, count: number): Promise<void> {
  const endpoint = node.endpoints.http
  const { host, hostname, port } = new URL(endpoint)
  const now = Date.now()
  const requests = Array.from({ length: count }, (_, index) => {
    const url = new URL(
      signedUrl({
        endpoint,
        action: 'SingleCallByVoice',
        accessKeyId: 'testId',
        secret: 'testSecret',
        parameters: {
          CalledShowNumber: '057128880000',
          CalledNumber: `139${String(first + index).padStart(8, '0')}`,
          VoiceCode: voiceCode,
        },
        now,
      }),
    )
    return Buffer.from(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  })
  const result = await runLoad({
    host: hostname,
    port: Number(port),
    requests,
    connections: 16,
    isSuccess: (body) => body.includes('"Code":"OK"'),
  })
  if (result.successes !== count) throw new Error(`a call was not accepted: ${result.firstFailure}`)
}

/** Waits until `expected` calls have their record, all of them heard. */
async function everyRecord(database: pg.Client, expected: number): Promise<void> {
  for (let waited = 0; waited < longestWaitSeconds * 20; waited++) {
    const { ended, heard } = await countRecords(database)
    if (ended >= expected) {
      if (heard !== expected) throw new Error(`only ${heard} of ${expected} calls were heard to the end`)
      return
    }
    await pause(50)
  }
  throw new Error(`not every call ended within ${longestWaitSeconds} s`)
}

async function countRecords(database: pg.Client): Promise<{ ended: number; heard: number }> {
  const { rows } = await database.query<{ ended: number; heard: number }>(
    `SELECT count(*)::int AS ended, count(*) FILTER (WHERE status_code = '200000')::int AS heard FROM call_records`,
  )
  return rows[0] ?? { ended: 0, heard: 0 }
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}
