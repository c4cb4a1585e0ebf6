import { integer, text, withDefault } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'
import { oneCalleeRefusals } from './place-call.ts'
import { placeSingleCall, singleCallFields } from './place-single-call.ts'

/** Reference, voice notifications. */
export const singleCallByVoice = operation({
  name: 'SingleCallByVoice',
  product: 'dyvmsapi',
  summary: 'Ring one number and play a voice file.',
  input: {
    ...singleCallFields,
    VoiceCode: text({ maxBytes: 128 }),
    PlayTimes: withDefault(integer(1, 3), 1),
  },
  output: { CallId: out.text },
  qps: { account: 1200, all: 3600 },
  refusals: [...oneCalleeRefusals, 'voiceUnusable'],
  notes: [
    'CalledShowNumber may be left out (public mode): the number of the trunk is shown.',
    'PlayTimes is 1 when left out: the reference gives no default.',
    'The call is found under ProdId 11000000300006.',
  ],
  async run({ account, input, request }, services) {
    const voice = await services.directory.voice(account.accountId, input.VoiceCode)
    return placeSingleCall(
      { ...input, operation: 'SingleCallByVoice', product: 'notification', prompt: { kind: 'voice', voice } },
      { account, request },
      services,
    )
  },
})
