import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { signedUrl } from '../../src/wire/signature/sign.ts'
import { ReceiptPuller } from '../node/pull-receipts.ts'
import { runYuyin } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'
import { trunkTo } from '../node/trunk-to.ts'
import { type CountingCallee, startCountingCallee } from './crash/counting-callee.ts'

/** When the node is killed: `answered` of its `asked` accepts came back, and `dialled` phones rang since the round began. */
interface Crash {
  readonly asked: number
  readonly answered: number
  readonly dialled: number
}

const crashes: readonly Crash[] = [
  { asked: 2_000, answered: 1_000, dialled: 0 },
  { asked: 300, answered: 1, dialled: 0 },
  { asked: 300, answered: 300, dialled: 100 },
  // While what the crash before left behind is being closed and dialled.
  { asked: 0, answered: 0, dialled: 1 },
]

const template = 'TTS_20001'
const bench = new NodeBench()
let callee: CountingCallee
let data: string
/** CallIds that a client received. */
const promised: string[] = []
let dialledBeforeLastStart: number
let database: pg.Client
let node: ServedNode

beforeAll(async () => {
  callee = await startCountingCallee()
  data = await bench.folder()
  // Each round starts on what the killed node before left.
  for (const [round, crash] of crashes.entries()) {
    node = await serve()
    if (round === 0) await runYuyin('template', 'add', template, '${name}', '--data', data)
    await acceptUntilKilled(crash, round)
  }
  dialledBeforeLastStart = (await callee.dialled()).length
  node = await serve()
  database = new pg.Client(node.endpoints.database)
  await database.connect()
  await vi.waitFor(async () => expect(await count("SELECT count(*) FROM calls WHERE state <> 'ended'")).toBe(0), {
    timeout: 90_000,
    interval: 500,
  })
}, 200_000)

afterAll(async () => {
  await database?.end()
  await bench.close()
  await callee.stop()
})

const serve = () =>
  bench.serve(data, {
    ...trunkTo(callee.port),
    trunkChannels: '100',
    calleeLimits: 'off',
    logLevel: 'warn',
  })

/** Sends all accepts at once, and kills the node at the moment that the crash names. */
async function acceptUntilKilled(crash: Crash, round: number): Promise<void> {
  const before = (await callee.dialled()).length
  let answered = 0
  const asked = Array.from({ length: crash.asked }, async (_, index) => {
    const callId = await place(`139${round}${String(index).padStart(7, '0')}`)
    if (callId === undefined) return
    promised.push(callId)
    answered++
    if (answered === crash.answered && crash.dialled === 0) await node.kill()
  })
  await Promise.all(asked)
  if (crash.dialled === 0) return
  while ((await callee.dialled()).length - before < crash.dialled) await pause(10)
  await node.kill()
}

/** @returns the CallId, `undefined` when the node was gone before it answered */
async function place(number: string): Promise<string | undefined> {
  const parameters = {
    CalledShowNumber: devProfile.number,
    CalledNumber: number,
    TtsCode: template,
    TtsParam: '{"name":"好"}',
    PlayTimes: 1,
  }
  const { accessKeyId, secret } = devProfile
  const endpoint = node.endpoints.http
  const url = signedUrl({ endpoint, accessKeyId, secret, action: 'SingleCallByTts', parameters, now: Date.now() })
  let text: string
  try {
    text = await (await fetch(url)).text()
  } catch (error) {
    // The connection broke with the node: nothing was promised.
    if (error instanceof TypeError) return undefined
    throw error
  }
  const answer: { CallId?: string } = JSON.parse(text)
  if (answer.CallId === undefined) throw new Error(`refused: ${text}`)
  return answer.CallId
}

async function count(query: string): Promise<number> {
  const { rows } = await database.query<{ count: string }>(query)
  return Number(rows[0]?.count)
}

async function callIdsIn(table: 'calls' | 'call_records', condition = 'true'): Promise<Set<string>> {
  const { rows } = await database.query<{ call_id: string }>(`SELECT call_id FROM ${table} WHERE ${condition}`)
  return new Set(rows.map((row) => row.call_id))
}

describe('a node that is killed while 2,000 accepts are under way, and at three more moments', () => {
  it('promised calls and died before it had dialled them all: there is something to lose', async () => {
    expect(promised.length).toBeGreaterThanOrEqual(1_000 + 1 + 300)
    expect(new Set(promised).size).toBe(promised.length)
    const orphans = await callIdsIn('call_records', "status_code = '999999'")
    expect(orphans.size).toBeGreaterThan(0)
  })

  it('has on disk every call that it promised, each with exactly one record', async () => {
    const calls = await callIdsIn('calls')
    expect(promised.filter((callId) => !calls.has(callId))).toEqual([])
    expect(await callIdsIn('call_records')).toEqual(calls)
    expect(await count('SELECT count(*) FROM call_records')).toBe(calls.size)
  })

  it('has exactly one VoiceReport for each of them, pulled by the public client', async () => {
    const reports = await (await ReceiptPuller.open(node.client, 'VoiceReport')).drain()
    const reported = reports.map((receipt) => receipt['call_id'])
    expect(reported.length).toBe(new Set(reported).size)
    expect(new Set(reported)).toEqual(await callIdsIn('calls'))
  })

  it('dialled nobody twice, and everybody whose call did not end with a crash', async () => {
    const dialled = await callee.dialled()
    expect(dialled.length).toBe(new Set(dialled).size)
    expect(dialled.length).toBeGreaterThan(dialledBeforeLastStart)
    const heard = await callIdsIn('call_records', "status_code = '200000'")
    expect([...heard].filter((callId) => !dialled.includes(callId))).toEqual([])
    expect(await callIdsIn('call_records', "status_code NOT IN ('200000', '999999')")).toEqual(new Set())
  })
})
