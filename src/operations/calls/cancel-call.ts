import { callIdPattern } from '../../domain/call/call-id.ts'
import { text } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'
import { Refusal } from '../refusals.ts'

/** API reference, request structure; SDK reference, cancelling a double call. */
export const cancelCall = operation({
  name: 'CancelCall',
  product: 'dyvmsapi',
  summary: 'End a call in whatever state it is.',
  input: { CallId: text({ maxBytes: 64 }) },
  output: { Status: out.boolean },
  refusals: ['noSuchCall', 'callOver'],
  notes: [
    'Only in the SDK reference, which names double calls: here it ends every call of the account.',
    'Status true says that the cancelling is on disk. A call that still waits for a line is ended without being dialled; one that rings is given up (CANCEL), one that talks is hung up on every leg (BYE), by the node that has it.',
    'The record is 200005 with smart status CANCEL; of a double call whose two were talking, 200100.',
    'Asked again for a call that was cancelled, the answer is Status true again. A call that had ended before is answered 9996, one that is not known or of another account isv.BILLID_NOT_EXIST.',
  ],
  async run({ account, input }, { calls }) {
    const known = callIdPattern.test(input.CallId)
    const result = known ? await calls.cancel(account.accountId, input.CallId) : 'unknown'
    if (result === 'unknown') throw new Refusal('noSuchCall')
    if (result === 'ended') throw new Refusal('callOver')
    return { Status: true }
  },
})
