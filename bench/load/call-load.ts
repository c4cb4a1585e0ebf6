import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { Closing } from '../../src/lib/closing.ts'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import { type BenchNode, runNode } from './run-node.ts'
import { acceptCalls, type CallOrder } from './signed-calls.ts'
import { startSippCallee } from './sipp-callee.ts'

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
const connections = 16

/**
 * @param channels simultaneous calls
 * @param environment further variables of the node's process
 * @throws when sipp is not installed: `apt-get install sip-tester`
 */
export async function startCallLoad(
  channels: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<CallLoad> {
  const closing = new Closing()
  try {
    const callee = await startSippCallee()
    closing.add(() => callee.close())
    const node = await runNode({
      YUYIN_PHONES: 'off',
      YUYIN_TRUNK_HOST: '127.0.0.1',
      YUYIN_TRUNK_PORT: String(callee.port),
      YUYIN_TRUNK_CHANNELS: String(channels),
      YUYIN_TRUNK_ALLOW: '*',
      YUYIN_TRUNK_PING_SECONDS: '0',
      ...environment,
    })
    closing.add(() => node.close())
    const database = new pg.Client({ connectionString: node.endpoints.database })
    closing.add(() => database.end())
    await database.connect()
    const file = join(node.data, voiceCode)
    await writeFile(file, writeWav(new Int16Array(voiceSamples)))
    await promisify(execFile)(process.execPath, [launcher, 'voice', 'add', file, '--data', node.data])
    return callLoad({ node, calleePort: callee.port, database, close: () => closing.close() })
  } catch (error) {
    await closing.close()
    throw error
  }
}

function callLoad(line: Pick<CallLoad, 'node' | 'calleePort' | 'close'> & { database: pg.Client }): CallLoad {
  const { node, calleePort, database, close } = line
  let placed = 0
  const accept = async (count: number) => {
    const orders = Array.from({ length: count }, (_, index) => voiceCall(placed + index))
    placed += count
    await acceptCalls(node.endpoints.http, orders, connections)
  }
  return {
    node,
    calleePort,
    close,
    accept,
    recorded: () => countRecords(database),
    async place(count) {
      const started = performance.now()
      await accept(count)
      await everyRecord(database, placed)
      return (performance.now() - started) / 1000
    },
  }
}

function voiceCall(serial: number): CallOrder {
  const callee = `139${String(serial).padStart(8, '0')}`
  return {
    action: 'SingleCallByVoice',
    parameters: { CalledShowNumber: '057128880000', CalledNumber: callee, VoiceCode: voiceCode },
  }
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
