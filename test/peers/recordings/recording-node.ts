import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastify from 'fastify'
import { expect } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { sampleCall } from '../../../fakes/sample-call.ts'
import { readConfig, type SettingName } from '../../../src/config.ts'
import { queueName } from '../../../src/domain/receipt/receipt.ts'
import { createEventBus, type EventBus } from '../../../src/events/event-bus.ts'
import { Closing } from '../../../src/lib/closing.ts'
import { type NodeRecordings, openRecordings } from '../../../src/node-recordings.ts'
import { recordOf } from '../../../src/records/record-of.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { RememberedLog } from '../../node/remembered-log.ts'

/** What a VoiceRecordReport says. */
export interface ToldRecording {
  readonly call_id: string
  readonly duration: number
  readonly record_file: string
}

const call = sampleCall()

type Settings = Readonly<Partial<Record<SettingName, string>>>

/** The part of a node that has to do with recordings, on a real store and real files, without telephony. */
export class RecordingNode {
  /** Begins at the real time, which object stores compare with theirs. */
  readonly clock: FakeClock
  readonly log: RememberedLog
  readonly store: Store
  readonly #bus: EventBus
  readonly #recordings: NodeRecordings
  readonly #closing: Closing
  readonly #told: ToldRecording[] = []

  private constructor(
    parts: Pick<RecordingNode, 'clock' | 'log' | 'store'>,
    bus: EventBus,
    recordings: NodeRecordings,
    closing: Closing,
  ) {
    this.clock = parts.clock
    this.log = parts.log
    this.store = parts.store
    this.#bus = bus
    this.#recordings = recordings
    this.#closing = closing
  }

  /** Starts one on a folder; another one on the same folder is its next start. */
  static async start(folder: string, databaseUrl: string, settings: Settings = {}): Promise<RecordingNode> {
    const [closing, clock, log, bus] = [
      new Closing(),
      new FakeClock(Date.now()),
      new RememberedLog(),
      createEventBus(),
    ] as const
    const store = await openStore({ databaseUrl, dataDir: folder, clock, log, profile: 'dev' })
    closing.add(() => store.close())
    const { accountId } = call
    if ((await store.accounts.find(accountId)) === undefined) await store.accounts.create({ accountId, name: 'Test' })
    await store.accounts.subscriptions.set(accountId, 'VoiceRecordReport', { queue: true })
    const flags = { profile: 'dev', data: folder, ...settings }
    const config = readConfig({ file: join(folder, 'no-file.yaml'), environment: {}, flags })
    const recordings = await openRecordings(config, { store, bus, clock, log }, closing)
    // Those who fetched keep their connections; nobody fetches again.
    const http = fastify({ exposeHeadRoutes: false, forceCloseConnections: true })
    http.register(recordings.plugin)
    closing.add(() => http.close())
    recordings.tell(await http.listen({ host: '127.0.0.1', port: 0 }))
    return new RecordingNode({ clock, log, store }, bus, recordings, closing)
  }

  /** A call is recorded, and ends. @returns the path of its file */
  async record(callId: string, wav: Buffer): Promise<string> {
    const path = await this.begin(callId)
    await writeFile(path, wav)
    const times = { startedAt: this.clock.now() - 3_000, endedAt: this.clock.now(), durationMs: 3_000 }
    this.#bus.emit('call.recorded', { call: { ...call, callId }, file: path, ...times })
    await this.end(callId)
    return path
  }

  /** A call begins to be recorded. @returns the path of its file */
  begin(callId: string): Promise<string> {
    return this.#recordings.keeper.begin({ ...call, callId })
  }

  /** The call has its record. */
  async end(callId: string): Promise<void> {
    const ended = { outcome: 'heard', endedAt: this.clock.now(), hangUpBy: 'here' } as const
    await this.store.outbox.finish(recordOf({ call: { ...call, callId }, ...ended }), [])
  }

  /** Lets `ms` pass on the node's clock. @returns every VoiceRecordReport that this node was asked for so far */
  async pass(ms: number): Promise<readonly ToldRecording[]> {
    await this.clock.advance(ms)
    const messages = await this.store.queues.receive(queueName(call.accountId, 'VoiceRecordReport'), 16, 43_200)
    this.#told.push(...messages.map(({ body }) => JSON.parse(body)))
    return this.#told
  }

  /** Lets time pass until there are so many VoiceRecordReports. */
  async told(count: number): Promise<readonly ToldRecording[]> {
    await expect.poll(() => this.pass(500), { timeout: 20_000, interval: 10 }).toHaveLength(count)
    return this.#told
  }

  /** Stops as a node does that is told to. */
  close(): Promise<void> {
    return this.#closing.close()
  }
}
