import { firstBrokenRule } from '../../domain/call/calling-rules.ts'
import { type PhoneNumber, readPhoneNumber, readShowNumber } from '../../domain/phone-number.ts'
import type { BridgeStep } from '../../domain/script/script.ts'
import { boolean, integer, optional, phoneNumber, text, withDefault } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'
import type { Directory } from '../ports.ts'
import { Refusal } from '../refusals.ts'
import { refusalOf, storeCall } from './place-call.ts'

/** SDK reference, click to dial. */
export const clickToDial = operation({
  name: 'ClickToDial',
  product: 'dyvmsapi',
  summary: 'Ring two numbers, the caller first, and connect them.',
  input: {
    CallerNumber: phoneNumber(),
    CalledNumber: phoneNumber(),
    CallerShowNumber: withDefault(phoneNumber(), ''),
    CalledShowNumber: withDefault(phoneNumber(), ''),
    SessionTimeout: optional(integer(1)),
    RecordFlag: withDefault(boolean(), false),
    AsrFlag: withDefault(boolean(), false),
    AsrModelId: optional(text()),
    OutId: optional(text({ maxBytes: 256 })),
  },
  output: { CallId: out.text },
  refusals: [
    'accountSuspended',
    'callerShowNumberNotOwned',
    'showNumberNotOwned',
    'callerNotDiallable',
    'calleeNotDiallable',
    'callsItself',
    'balanceUsedUp',
    'calleeTooFrequent',
  ],
  notes: [
    'Only in the SDK reference: the flow control is not documented, and what follows is our reading of it.',
    'CallerNumber and CalledNumber are required, and must differ. CallerShowNumber is what the phone of CallerNumber shows, CalledShowNumber what that of CalledNumber shows: neither sees the other’s number. Both must belong to the account; left out (public mode), the trunk’s own number is shown.',
    'The caller is rung first. Once he answers, CalledNumber is rung; he hears the ringing tone, or what the network plays. When it does not answer, he hears the busy tone (congestion when the way there is at fault) for about four seconds and is hung up.',
    'SessionTimeout is in seconds from the answer of CalledNumber; the node’s own longest talk (maxTalkSeconds) holds as well, and alone when it is left out.',
    'RecordFlag records both from the answer of CalledNumber on: the left channel is the caller, the right one the callee. A talk that cannot be recorded goes on without.',
    'AsrFlag and AsrModelId are accepted and have no effect yet: no VoiceRTASRReport is sent.',
    'Keys that the two press are passed on between them; they are neither reported nor kept.',
    'Final codes: 200100 when both were connected, or when the caller hung up before; those of a single call when the caller did not answer (200104 when he may not be called); 200105, 200111, 200112, 200113, 200116, 200120 when the callee did not, and the single codes 200005, 200010, 200011 where there is no code of its own.',
    'The call takes two lines of the trunk and waits until both are free. A price is paid for each started minute of each leg that was answered, each from its own answer; both legs’ held minutes are held back.',
    'The callee frequency holds for both numbers, together with their other calls of this product.',
    'The call is found under ProdId 11000000300004.',
  ],
  async run({ account, input, request }, services) {
    const { directory } = services
    const caller = await readEnd(input.CallerNumber, input.CallerShowNumber, account.accountId, directory)
    const callee = await readEnd(input.CalledNumber, input.CalledShowNumber, account.accountId, directory)
    const brokenByCaller = firstBrokenRule({ account, ...caller })
    if (brokenByCaller !== undefined) {
      throw new Refusal(ofCaller[brokenByCaller.refusal] ?? brokenByCaller.refusal)
    }
    const brokenByCallee = firstBrokenRule({ account, ...callee })
    if (brokenByCallee !== undefined) throw refusalOf(brokenByCallee)
    if (caller.callee === undefined || callee.callee === undefined) throw new Error('the rules passed no number')
    if (caller.callee.digits === callee.callee.digits) throw new Refusal('callsItself')
    const bridge: BridgeStep = {
      do: 'bridge',
      to: callee.callee.digits,
      show: callee.showNumber,
      ...(input.SessionTimeout === undefined ? {} : { maxSeconds: input.SessionTimeout }),
      record: input.RecordFlag,
    }
    return storeCall(
      {
        showNumber: caller.showNumber,
        callee: caller.callee,
        operation: 'ClickToDial',
        product: 'doubleCall',
        OutId: input.OutId,
        script: { steps: [bridge] },
      },
      { account, request },
      services,
    )
  },
})

/** The rules speak of a callee, as nearly all calls have one only. */
const ofCaller: Partial<Record<string, 'callerShowNumberNotOwned' | 'callerNotDiallable'>> = {
  showNumberNotOwned: 'callerShowNumberNotOwned',
  calleeNotDiallable: 'callerNotDiallable',
}

/** One end of the call, as far as the rules look at it. */
interface End {
  readonly callee: PhoneNumber | undefined
  readonly showNumber: string
  readonly ownsShowNumber: boolean
}

async function readEnd(number: string, show: string, accountId: string, directory: Directory): Promise<End> {
  const showNumber = readShowNumber(show)
  return {
    callee: readPhoneNumber(number),
    showNumber,
    ownsShowNumber: showNumber !== '' && (await directory.ownsNumber(accountId, showNumber)),
  }
}
