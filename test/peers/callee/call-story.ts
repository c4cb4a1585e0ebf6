import type { CallDetail } from '../../node/node-client.ts'
import { type PulledReceipt, ReceiptPuller } from '../../node/pull-receipts.ts'
import type { TestNode } from '../../node/start-test-node.ts'

/** What the service says about one call when it is over. */
export interface CallStory {
  /** QueryCallDetailByCallId. */
  readonly detail: CallDetail
  /** The one VoiceReport. */
  readonly report: PulledReceipt
  /** `status_code` of the VoiceCallReports, in the order of arrival. */
  readonly states: readonly (string | undefined)[]
}

/** Reads the stories of a node's calls, as programs of others would: by the API and the receipt queues. */
export class CallStories {
  readonly #node: TestNode
  readonly reports: ReceiptPuller
  readonly #states: ReceiptPuller

  private constructor(node: TestNode, reports: ReceiptPuller, states: ReceiptPuller) {
    this.#node = node
    this.reports = reports
    this.#states = states
  }

  static async of(node: TestNode): Promise<CallStories> {
    const open = (messageType: 'VoiceReport' | 'VoiceCallReport') => ReceiptPuller.open(node.client, messageType)
    return new CallStories(node, await open('VoiceReport'), await open('VoiceCallReport'))
  }

  /** Waits for the call's end; ask for one call after the other. @throws when it has more than one final receipt */
  async told(callId: string): Promise<CallStory> {
    await this.reports.until(callId, 1)
    // The last VoiceCallReport is queued in the same transaction as the VoiceReport.
    await this.#states.drain()
    const [report, ...others] = this.#of(await this.reports.drain(), callId)
    if (report === undefined || others.length > 0) throw new Error(`call ${callId} has ${others.length + 1} reports`)
    const states = this.#of(this.#states.pulled, callId).map((receipt) => receipt['status_code'])
    return { detail: await this.#node.detail(callId), report, states }
  }

  #of(receipts: readonly PulledReceipt[], callId: string): PulledReceipt[] {
    return receipts.filter((receipt) => receipt['call_id'] === callId)
  }
}
