import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { FakeClock } from '../fakes/fake-clock.ts'
import { FakeMedia } from '../fakes/fake-media.ts'
import { FakeUserAgent } from '../fakes/fake-sip.ts'
import { MemoryReceipts } from '../fakes/memory-receipts.ts'
import { sampleCall } from '../fakes/sample-call.ts'
import { trunkBench } from '../fakes/trunk-bench.ts'
import { createEventBus } from './events/event-bus.ts'
import { silentLog } from './lib/log.ts'
import { MediaUnavailable } from './media/media.ts'
import { registerMetrics } from './metrics.ts'
import { RecordKeeper } from './records/record-keeper.ts'

async function house() {
  const clock = new FakeClock()
  const bus = createEventBus()
  const media = new FakeMedia(clock)
  const keeper = new RecordKeeper({ bus, outbox: new MemoryReceipts(clock), clock, log: silentLog })
  const registry = new Registry()
  const recordings = { describe: () => ({ waiting: 2, waitingBytes: 64_088, uploadedBytes: 32_044, failures: 1 }) }
  const trunks = trunkBench([{ name: 'carrier', channels: 5 }])
  await trunks.clock.advance(0)
  const trunk = trunks.group
  const agent = new FakeUserAgent()
  registerMetrics(registry, { media, agent, trunk, dialler: { liveCalls: 3 }, keeper, recordings, bus })
  return { bus, media, registry }
}

it('tells of calls and of media', async () => {
  const { bus, media, registry } = await house()
  media.statistics = async () => ({
    sessions: 2,
    playbacks: 1,
    bridges: 0,
    worstLatenessMs: 7,
    packetsUnsent: 5,
    sockets: 'native',
    processCpuSeconds: 0,
    residentBytes: 0,
  })
  bus.emit('call.ended', { call: sampleCall(), outcome: 'busy', endedAt: 0, hangUpBy: 'here' })
  const text = await registry.metrics()
  expect(text).toContain('yuyin_calls_live 3\n')
  expect(text).toContain('yuyin_calls_ended_total{outcome="busy"} 1\n')
  expect(text).toContain('yuyin_media_sessions 2\n')
  expect(text).toContain('yuyin_trunk_up{trunk="carrier"} 1\n')
  expect(text).toContain('yuyin_trunk_calls{trunk="carrier"} 0\n')
  expect(text).toContain('yuyin_trunk_room{trunk="carrier"} 5\n')
  expect(text).toContain('yuyin_recordings_waiting 2\n')
  expect(text).toContain('yuyin_recordings_waiting_bytes 64088\n')
  expect(text).toContain('yuyin_recordings_uploaded_bytes_total 32044\n')
  expect(text).toContain('yuyin_recordings_failures_total 1\n')
  expect(text).toContain('yuyin_media_worst_lateness_ms 7\n')
  expect(text).toContain('yuyin_media_packets_unsent 5\n')
  expect(text).toContain('yuyin_sip_connections 0\n')
  for (const why of ['strangers', 'floods', 'connections']) {
    expect(text).toContain(`yuyin_sip_dropped_total{why="${why}"} 0\n`)
  }
})

it('goes on telling of calls while the media process is started again', async () => {
  const { media, registry } = await house()
  await registry.metrics()
  media.statistics = () => Promise.reject(new MediaUnavailable('the media process is restarting'))
  const text = await registry.metrics()
  expect(text).toContain('yuyin_calls_live 3\n')
  expect(text).not.toMatch(/^yuyin_media_\w+ /m)
})
