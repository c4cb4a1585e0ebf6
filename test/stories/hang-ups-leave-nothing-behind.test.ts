import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { hasCode } from '../../src/lib/error-code.ts'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { printLogOnFailure, startTestNode, type TestNode } from '../node/start-test-node.ts'

let node: TestNode
let database: pg.Client
printLogOnFailure(() => node)

beforeAll(async () => {
  // Transactions are remembered for 64·T1 (RFC 3261 §17): half a minute otherwise.
  node = await startTestNode({ sipT1Ms: '60' })
  database = new pg.Client(node.endpoints.database)
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await node.close()
})

/** Each kind of step, as a call to this number. */
const kinds: Readonly<Record<string, (number: string) => Promise<string>>> = {
  play: (number) => node.client.playVoice(number, { PlayTimes: 3 }),
  menu: (number) => node.client.place('IvrCall', { CalledNumber: number, StartCode: devProfile.voice }),
  bridge: (number) => node.client.connect(number, `138${number.slice(3)}`, { RecordFlag: true }),
}

/** When and how the line ends: by the phone's script, or by the account once the phone is in this state. */
const endings: readonly { readonly steps: readonly object[]; readonly cancelWhen?: 'ringing' | 'answered' }[] = [
  { steps: [{ reject: 486, cause: 17 }] },
  { steps: [{ answer: true }, { hangup: true }] },
  { steps: [{ answer: true }, { wait: 0.3 }, { hangup: true }] },
  { steps: [{ ring: 1 }, { answer: true }, { wait: 1.5 }, { hangup: true }] },
  { steps: [{ ring: true }], cancelWhen: 'ringing' },
  { steps: [{ answer: true }, { listen: true }], cancelWhen: 'answered' },
]

/** Places a call of every kind for every ending, all at once, and waits until each has its record. */
async function allCalls(round: number): Promise<void> {
  const calls = Object.values(kinds).flatMap((place, kind) =>
    endings.map(async ({ steps, cancelWhen }, ending) => {
      const number = `1390${round}${kind}${ending}9000`
      await node.client.script(number, steps)
      const callId = await place(number)
      if (cancelWhen !== undefined) {
        await node.client.phoneIs(number, cancelWhen)
        await node.call('CancelCall', { CallId: callId })
      }
      await node.ended(callId)
    }),
  )
  await Promise.all(calls)
}

/** Sockets of the media processes: children of this one that were started by the node. */
function socketsOfChildren(): number {
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8')
      .split(' ')
      .filter((pid) => pid !== ''),
  )
  const media = children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('media-process'))
  return media.flatMap((pid) => readdirSync(`/proc/${pid}/fd`).filter((fd) => isSocket(pid, fd))).length
}

function isSocket(pid: string, fd: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:')
  } catch (error) {
    // Closed since it was listed.
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

const count = async (sql: string) => Number((await database.query<{ count: string }>(sql)).rows[0]?.count)

it('calls of every kind that end at every moment leave no session, transaction, socket or row behind', async () => {
  const metrics = async () => (await fetch(`${node.client.http}/metrics`)).text()
  const idle = async () => {
    const text = await metrics()
    for (const name of ['calls_live', 'records_waiting', 'media_sessions', 'sip_transactions']) {
      expect(text).toMatch(new RegExp(`^yuyin_${name} 0$`, 'm'))
    }
  }
  await allCalls(0)
  await vi.waitFor(idle, { timeout: 40_000, interval: 200 })
  const sockets = socketsOfChildren()
  expect(sockets).toBeGreaterThan(0)
  await allCalls(1)
  await vi.waitFor(idle, { timeout: 40_000, interval: 200 })
  await vi.waitFor(() => expect(socketsOfChildren()).toBe(sockets), { timeout: 20_000, interval: 200 })
  const calls = 2 * Object.keys(kinds).length * endings.length
  expect(await count('SELECT count(*) FROM call_records')).toBe(calls)
  expect(await count("SELECT count(*) FROM calls WHERE state <> 'ended'")).toBe(0)
  expect(await count('SELECT count(*) FROM call_holds')).toBe(0)
  expect(node.log.text()).not.toMatch(/call failed unexpectedly|could not be closed cleanly/)
})
