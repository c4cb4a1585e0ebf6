import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { sampleCall } from '../../fakes/sample-call.ts'
import { createEventBus } from '../events/event-bus.ts'
import { silentLog } from '../lib/log.ts'
import type { SipMessageEvent } from '../sip/user-agent.types.ts'
import { unpackTrace } from './pack-trace.ts'
import type { TracePart } from './ports.ts'
import type { TraceEntry } from './trace-entry.ts'
import { TraceKeeper } from './trace-keeper.ts'

const call = sampleCall({ callId: '170416464567^800000000042' })
const clock = new FakeClock()
let bus = createEventBus()
let written: TracePart[] = []
let isAway = false
let keeper = makeKeeper()

function makeKeeper(): TraceKeeper {
  const book = {
    async add(parts: readonly TracePart[]) {
      if (isAway) throw new Error('the database is away')
      written.push(...parts)
    },
    read: async () => [],
  }
  return new TraceKeeper({ book, clock, log: silentLog })
}

beforeEach(() => {
  bus = createEventBus()
  written = []
  isAway = false
  keeper = makeKeeper()
  keeper.start(bus)
  return () => keeper.close(0)
})

function message(text: string, callId = '170416464567.800000000042-abc@192.0.2.1'): SipMessageEvent {
  const [local, remote] = [
    { host: '192.0.2.1', port: 5060 },
    { host: '192.0.2.2', port: 5060 },
  ]
  const summary = text.split(' ', 1)[0] ?? ''
  return { at: clock.now(), direction: 'sent', transport: 'udp', local, remote, callId, summary, text: () => text }
}

const end = () =>
  bus.emit('call.ended', { call, outcome: 'busy', sipStatus: 486, hangUpBy: 'callee', endedAt: clock.now() })

async function entries(): Promise<TraceEntry[]> {
  return (await Promise.all(written.map(({ packed }) => unpackTrace(packed)))).flat()
}

/** Time passes, and what is due then is packed by the thread pool and written. */
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await clock.advance(1_000)
    await keeper.written()
  }
}

describe('the trace of a call', () => {
  it('holds messages, moves, keys and counters in their order, and is written once it has ended', async () => {
    bus.emit('call.dialling', { call, at: clock.now() })
    keeper.onMessage(message('INVITE sip:1@b SIP/2.0\r\nAuthorization: Digest response="s3cret"\r\n\r\n'))
    keeper.legBegan(call.callId, 'carrier', 'abc@192.0.2.1')
    bus.emit('call.keyPressed', { call, key: '7', at: clock.now() })
    end()
    keeper.onMessage(message('ACK sip:1@b SIP/2.0\r\n\r\n'))
    await pass(3)
    expect(written.map(({ callId }) => callId)).toEqual([call.callId])
    const told = (await entries()).map((entry) => {
      if (entry.kind === 'leg') return `${entry.sipCallId} over ${entry.trunk}`
      return entry.kind === 'sip' ? entry.text : entry.kind === 'state' ? entry.words : ''
    })
    expect(told).toEqual([
      'dialling',
      'INVITE sip:1@b SIP/2.0\r\nAuthorization: (left out)\r\n\r\n',
      'abc@192.0.2.1 over carrier',
      'a key was pressed',
      'ended: busy (200002), hung up by callee, SIP 486',
      'ACK sip:1@b SIP/2.0\r\n\r\n',
    ])
  })

  it('is written in parts while a call is long', async () => {
    keeper.onMessage(message('INVITE a SIP/2.0'))
    await pass(21)
    expect(await entries()).toHaveLength(1)
  })

  it('waits while the store is away, and keeps its order', async () => {
    isAway = true
    keeper.onMessage(message('INVITE a SIP/2.0'))
    end()
    await pass(3)
    expect(written).toEqual([])
    keeper.onMessage(message('BYE a SIP/2.0'))
    isAway = false
    await pass(3)
    expect((await entries()).map(({ kind }) => kind)).toEqual(['sip', 'state', 'sip'])
  })

  it('has no end of entries: what is beyond is counted', async () => {
    for (let i = 0; i < 500; i++) keeper.onMessage(message(`OPTIONS ${i} SIP/2.0`))
    await pass(3)
    const all = await entries()
    expect(all).toHaveLength(401)
    expect(all.at(-1)).toMatchObject({ words: '100 further entries left out' })
  })

  it('is written when the node stops', async () => {
    keeper.onMessage(message('INVITE a SIP/2.0'))
    await keeper.close(5_000)
    expect(await entries()).toHaveLength(1)
  })
})

it('messages that belong to no call of ours leave nothing', async () => {
  keeper.onMessage(message('OPTIONS sip:x SIP/2.0', 'somebody@else'))
  await keeper.close(5_000)
  expect(written).toEqual([])
})
