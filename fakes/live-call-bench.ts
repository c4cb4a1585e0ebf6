import { expect } from 'vitest'
import type { Call } from '../src/domain/call/call.ts'
import { LiveCall } from '../src/engine/live-call.ts'
import type { NetworkEar, RecordingShelf, Speech } from '../src/engine/ports.ts'
import { createEventBus } from '../src/events/event-bus.ts'
import type { CallEnded, EventMap } from '../src/events/event-map.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeTrunk } from './fake-trunk.ts'
import { sampleCall } from './sample-call.ts'

/** Speech whose files are named after what they say, so that a test sees what was played. */
export const namingSpeech: Speech = {
  render: async (prompt) => ({
    files: prompt.kind === 'speech' ? prompt.segments.map(({ text }) => text) : [nameOf(prompt)],
    durationMs: 900,
  }),
}

function nameOf(prompt: { kind: 'tone'; tone: string } | { kind: 'voice'; voiceCode: string }): string {
  return prompt.kind === 'tone' ? prompt.tone : prompt.voiceCode
}

/** An ear whose findings are the test's. */
export class FakeEar implements NetworkEar {
  /** Hearings that were begun and not ended. */
  open = 0
  heard: Int16Array[] = []
  /** What is found at the end, when nothing was before. */
  atEnd: ReturnType<ReturnType<NetworkEar['begin']>['end']>
  find: Parameters<NetworkEar['begin']>[1] = () => {}

  begin(_callId: string, onFinding: Parameters<NetworkEar['begin']>[1]) {
    this.open++
    this.find = onFinding
    return {
      hear: (pcm: Int16Array) => void this.heard.push(pcm),
      end: () => {
        this.open--
        return this.atEnd
      },
    }
  }
}

/** A double call as ClickToDial stores it. */
export function doubleCall(bridge: { maxSeconds?: number; record?: boolean } = {}, changes: Partial<Call> = {}): Call {
  const step = { do: 'bridge', to: '13800000000', show: '057128880002', record: false, ...bridge } as const
  return sampleCall({
    operation: 'ClickToDial',
    product: 'doubleCall',
    showNumber: '057128880001',
    script: { steps: [step] },
    ...changes,
  })
}

const told = [
  'call.dialling',
  'call.ringing',
  'call.answered',
  'call.calleeDialling',
  'call.calleeRinging',
  'call.calleeAnswered',
  'call.recorded',
  'call.ended',
] as const satisfies (keyof EventMap)[]

/** A call in progress with its trunk in hand and the news it made. */
export async function placeCall(
  call: Call = sampleCall(),
  options: {
    speech?: Speech
    ear?: NetworkEar
    shelf?: RecordingShelf
    channels?: number
    maxTalkSeconds?: number
  } = {},
) {
  const clock = new FakeClock()
  const trunk = new FakeTrunk(options.channels)
  const bus = createEventBus()
  const news: string[] = []
  const ends: CallEnded[] = []
  const recorded: EventMap['call.recorded'][0][] = []
  for (const name of told) bus.on(name, () => news.push(name.replace('call.', '')))
  bus.on('call.recorded', (recording) => recorded.push(recording))
  bus.on('call.ended', (end) => ends.push(end))
  const { speech = namingSpeech, ear, shelf, maxTalkSeconds = 600 } = options
  const errors: string[] = []
  const log = {
    debug() {},
    info() {},
    warn: (_: object, message: string) => void errors.push(message),
    error: (_: object, message: string) => void errors.push(message),
  }
  const live = new LiveCall(call, {
    ...{ trunk, speech, bus, clock, log, maxTalkSeconds },
    ...(ear === undefined ? {} : { ear }),
    ...(shelf === undefined ? {} : { shelf }),
  })
  let isOver = false
  const over = live.run().then((end) => {
    isOver = true
    return end
  })
  await clock.advance(0)
  return {
    ...{ clock, trunk, bus, news, ends, recorded, errors, live, over },
    /** Whether `run` has resolved. */
    isOver: () => isOver,
    /** Everything that a call which is over should not have left: timers, listeners, playbacks, bridges, files. */
    leftovers: () => [
      ...(clock.pendingTimers === 0 ? [] : [`${clock.pendingTimers} timers`]),
      ...trunk.legs.flatMap((leg, index) => leg.leftovers.map((what) => `leg ${index}: ${what}`)),
      ...trunk.legs.flatMap((leg, index) => (leg.isOver ? [] : [`leg ${index} is up`])),
    ],
  }
}

export type PlacedCall = Awaited<ReturnType<typeof placeCall>>

/** Its one end, once it is over, and nothing left of it. */
export async function expectEnd({ ends, over, leftovers, clock }: PlacedCall, how: object): Promise<void> {
  await over
  await clock.advance(0)
  expect(ends).toHaveLength(1)
  expect(ends[0]).toMatchObject(how)
  expect(leftovers()).toEqual([])
}

/** The caller has answered: the callee is dialled. */
export async function answeredByCaller(...args: Parameters<typeof placeCall>) {
  const placed = await placeCall(args[0] ?? doubleCall(), args[1])
  const caller = placed.trunk.leg(0)
  caller.emit('ringing')
  await placed.clock.advance(2000)
  caller.answer()
  await placed.clock.advance(0)
  return { ...placed, caller, callee: placed.trunk.leg(1) }
}

/** Both talk. */
export async function connected(...args: Parameters<typeof placeCall>) {
  const placed = await answeredByCaller(...args)
  placed.callee.emit('ringing')
  await placed.clock.advance(3000)
  placed.callee.answer()
  await placed.clock.advance(0)
  return placed
}
