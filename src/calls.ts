import type { Config } from './config.ts'
import { CallOffWatch } from './engine/call-off-watch.ts'
import { Dialler } from './engine/dialler.ts'
import type { NetworkEar } from './engine/ports.ts'
import type { EventBus } from './events/event-bus.ts'
import type { Clock } from './lib/clock.ts'
import type { Closing } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import type { Line } from './line.ts'
import type { NodeRecordings } from './node-recordings.ts'
import { PushDelivery } from './receipts/push-delivery.ts'
import { createPushExchange } from './receipts/push-exchange.ts'
import { RecordKeeper } from './records/record-keeper.ts'
import { listOf } from './setting.ts'
import type { RunningSpeech } from './speech/speech.ts'
import type { Store } from './store/store.ts'

/** What happens to calls once they are accepted: dialled, recorded, told. */
export interface Calls {
  readonly bus: EventBus
  readonly keeper: RecordKeeper
  /** Not started yet: calls are dialled when everything else stands. */
  readonly dialler: Dialler
}

/** How long a stopping node waits for a store that is away to take the last records. */
const recordPatienceMs = 10_000

/** Joins engine, records and receipts; `closing` learns how each part ends. */
export function joinCalls(
  config: Config,
  parts: {
    store: Store
    speech: RunningSpeech
    ear: NetworkEar
    line: Line
    bus: EventBus
    recordings: Pick<NodeRecordings, 'keeper'>
    clock: Clock
    log: Log
  },
  closing: Closing,
): Calls {
  const { store, speech, ear, line, bus, recordings, clock, log } = parts
  const keeper = new RecordKeeper({ bus, outbox: store.outbox, clock, log })
  keeper.start()
  closing.add(() => keeper.close(recordPatienceMs))
  const exchange = createPushExchange({ allow: listOf(config.pushAllow), clock })
  const pushes = new PushDelivery({ outbox: store.pushes, exchange, bus, clock, log })
  pushes.start()
  closing.add(() => pushes.close())
  const dialler = new Dialler({
    queue: store.calls,
    trunk: line.trunk,
    shelf: recordings.keeper,
    speech,
    ...(config.earlyMedia === 'recognise' ? { ear } : {}),
    bus,
    clock,
    log,
    callsPerSecond: config.callsPerSecond || Number.POSITIVE_INFINITY,
    maxTalkSeconds: config.maxTalkSeconds,
    maxWaitSeconds: {
      verification: config.verificationWaitSeconds,
      notification: config.notificationWaitSeconds,
      ivr: config.notificationWaitSeconds,
      doubleCall: config.doubleCallWaitSeconds,
    },
    isBehind: () => keeper.isBehind(),
  })
  const callOffWatch = new CallOffWatch({ callOffs: store.calls, dialler, bus, clock, log })
  callOffWatch.start()
  closing.add(() => callOffWatch.close())
  return { bus, keeper, dialler }
}
