import { messageTypes, queueName } from '../../domain/receipt/receipt.ts'
import { chinaTime } from '../../lib/china-time.ts'
import { invalid } from '../gateway-errors.ts'
import { choice, optional, text } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'

/** SDK reference, receipts: the credentials with which a client pulls its queue. */
export const queryTokenForMnsQueue = operation({
  name: 'QueryTokenForMnsQueue',
  product: 'dybaseapi',
  summary: "Temporary credentials for the account's receipt queues.",
  input: { MessageType: choice(...messageTypes), QueueName: optional(text({ maxBytes: 128 })) },
  output: {
    MessageTokenDTO: out.object({
      AccessKeyId: out.text,
      AccessKeySecret: out.text,
      SecurityToken: out.text,
      CreateTime: out.text,
      ExpireTime: out.text,
    }),
  },
  notes: [
    'The token is good for all queues of the account; it is the same one for as long as more than a third of its life is left.',
    'CreateTime and ExpireTime are China time, yyyy-MM-dd HH:mm:ss.',
    'QueueName may be left out; when sent it must be the queue of the account and the message type.',
  ],
  async run({ account, input, request }, { queueTokens }) {
    const queue = queueName(account.accountId, input.MessageType)
    if (input.QueueName !== undefined && input.QueueName !== queue) throw invalid('QueueName', queue)
    const token = await queueTokens.current(account.accountId, request.now)
    return {
      MessageTokenDTO: {
        AccessKeyId: token.accessKeyId,
        AccessKeySecret: token.accessKeySecret,
        SecurityToken: token.securityToken,
        CreateTime: chinaTime(token.createdAt),
        ExpireTime: chinaTime(token.expiresAt),
      },
    }
  },
})
