import { afterAll, afterEach, beforeAll } from 'vitest'
import type { SettingName } from '../../../src/config.ts'
import { printLogOnFailure, startTestNode, type TestNode } from '../../node/start-test-node.ts'
import { trunkTo } from '../../node/trunk-to.ts'
import { freePort } from '../../sockets/ports.ts'
import { CallStories, type CallStory } from './call-story.ts'
import type { TracedMessage } from './sip-trace.ts'
import { type SippCallee, type SippCalleeOptions, startSippCallee } from './sipp-callee.ts'
import { addToneVoice } from './tone-voice.ts'

/** A short voice file of every node below. */
export const shortVoice = { code: 'short.wav', durationMs: 600 } as const

/** A node whose trunk leads to sipp: one node for all tests of a `describe`, a new sipp for each. */
export class SippNode {
  readonly #settings: Readonly<Partial<Record<SettingName, string>>>
  readonly #callees: SippCallee[] = []
  #started: { node: TestNode; stories: CallStories; port: number } | undefined

  constructor(settings: Readonly<Partial<Record<SettingName, string>>> = {}) {
    this.#settings = settings
    printLogOnFailure(() => this.#started?.node)
    beforeAll(() => this.#start())
    afterEach(async () => {
      for (const callee of this.#callees.splice(0)) await callee.stop()
    })
    afterAll(() => this.#started?.node.close())
  }

  get node(): TestNode {
    return this.#running.node
  }

  get stories(): CallStories {
    return this.#running.stories
  }

  /** Where the trunk leads, on 127.0.0.1. */
  get port(): number {
    return this.#running.port
  }

  /** sipp on the trunk's port, for this test. */
  async callee(options: Omit<SippCalleeOptions, 'port' | 'transport'>): Promise<SippCallee> {
    const transport = this.#settings.trunkTransport === 'tcp' ? 'tcp' : 'udp'
    const callee = await startSippCallee({ ...options, transport, port: this.#running.port })
    this.#callees.push(callee)
    return callee
  }

  /** Places one call to a sipp that plays this scenario. @returns what the service says of it, and what sipp saw */
  async callOnce(
    scenario: string,
    options: { number?: string; mediaPort?: number; more?: readonly string[] } = {},
  ): Promise<CallStory & { callId: string; trace: TracedMessage[] }> {
    const { number = '13912345678', ...more } = options
    const callee = await this.callee({ scenario, calls: 1, ...more })
    const callId = await this.node.client.playVoice(number, { VoiceCode: shortVoice.code, PlayTimes: 1 })
    const story = await this.stories.told(callId)
    return { ...story, callId, trace: await callee.trace() }
  }

  async #start(): Promise<void> {
    const port = await freePort()
    const node = await startTestNode({ ...trunkTo(port), ...this.#settings })
    this.#started = { node, stories: await CallStories.of(node), port }
    await addToneVoice(node, shortVoice.code, [{ frequencyHz: 620, durationMs: shortVoice.durationMs }])
  }

  get #running() {
    if (this.#started === undefined) throw new Error('the node is not started')
    return this.#started
  }
}
