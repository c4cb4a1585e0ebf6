import Mns from '@alicloud/mns'
import { vi } from 'vitest'
import { type MessageType, queueName } from '../../src/domain/receipt/receipt.ts'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { type NodeClient, patienceMs } from './node-client.ts'

/** A receipt as it was pulled: one JSON object. */
export type PulledReceipt = Readonly<Record<string, string>>

/** A program that pulls receipts: the untouched npm client of the queue protocol, with the token of the API. */
export class ReceiptPuller {
  readonly #queue: string
  readonly #mns: Mns
  /** Everything that was pulled and deleted so far, in the order of arrival. */
  readonly pulled: PulledReceipt[] = []

  private constructor(queue: string, mns: Mns) {
    this.#queue = queue
    this.#mns = mns
  }

  static async open(client: NodeClient, messageType: MessageType): Promise<ReceiptPuller> {
    const queue = queueName(devProfile.accountId, messageType)
    const answer = await client.call('QueryTokenForMnsQueue', { MessageType: messageType, QueueName: queue })
    const token = answer['MessageTokenDTO']
    if (!isToken(token)) throw new Error(`no token: ${JSON.stringify(answer)}`)
    const mns = new Mns(devProfile.accountId, {
      endpoint: client.http,
      accessKeyId: token.AccessKeyId,
      accessKeySecret: token.AccessKeySecret,
      securityToken: token.SecurityToken,
    })
    return new ReceiptPuller(queue, mns)
  }

  /** Takes up to 16 receipts and deletes them, and waits a moment for them if need be. @returns whether there were any */
  async pull(waitSeconds = 1): Promise<boolean> {
    const { body: messages } = await this.#mns.batchReceiveMessage(this.#queue, 16, waitSeconds).catch(nothingThere)
    if (messages.length === 0) return false
    for (const message of messages) {
      this.pulled.push(JSON.parse(Buffer.from(message.MessageBody, 'base64').toString('utf8')))
    }
    const handles = messages.map((message) => message.ReceiptHandle)
    const { code, body: errors } = await this.#mns.batchDeleteMessage(this.#queue, handles)
    if (code !== 204) throw new Error(`receipts were not deleted: ${JSON.stringify(errors)}`)
    return true
  }

  /** Takes everything that is there now. */
  async drain(): Promise<readonly PulledReceipt[]> {
    while (await this.pull(0)) {
      // Everything happens in the condition.
    }
    return this.pulled
  }

  /** Pulls until there are so many receipts of the call. @returns them, in the order of arrival */
  async until(callId: string, count: number): Promise<PulledReceipt[]> {
    return vi.waitFor(
      async () => {
        const ours = () => this.pulled.filter((receipt) => receipt['call_id'] === callId)
        if (ours().length < count) await this.pull()
        if (ours().length < count) throw new Error(`${ours().length} of ${count} receipts of call ${callId} came`)
        return ours()
      },
      { timeout: patienceMs, interval: 50 },
    )
  }
}

/** An empty queue is an error of the protocol (MNS: MessageNotExist). */
function nothingThere(error: unknown): { body: never[] } {
  if (error instanceof Error && error.name === 'MNSMessageNotExistError') return { body: [] }
  throw error
}

function isToken(value: unknown): value is Record<'AccessKeyId' | 'AccessKeySecret' | 'SecurityToken', string> {
  return typeof value === 'object' && value !== null && 'AccessKeyId' in value && 'SecurityToken' in value
}
