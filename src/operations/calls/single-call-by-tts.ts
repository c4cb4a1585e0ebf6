import { readVariables } from '../../domain/template/template-variables.ts'
import { integer, jsonText, text, withDefault } from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'
import { oneCalleeRefusals, templateRefusals } from './place-call.ts'
import { placeSingleCall, singleCallFields } from './place-single-call.ts'

/** Reference, voice verification codes: also notifications with variables are placed by this operation. */
export const singleCallByTts = operation({
  name: 'SingleCallByTts',
  product: 'dyvmsapi',
  summary: 'Ring one number and speak a text template.',
  input: {
    ...singleCallFields,
    TtsCode: text({ maxBytes: 128 }),
    TtsParam: withDefault(jsonText(), ''),
    PlayTimes: withDefault(integer(1, 3), 3),
  },
  output: { CallId: out.text },
  qps: { account: 1000, all: 4000 },
  refusals: [...oneCalleeRefusals, ...templateRefusals],
  notes: [
    'CalledShowNumber may be left out (public mode): the number of the trunk is shown.',
    'A verification code is found under ProdId 11010000138001, a notification under 11000000300006.',
    'Numbers are accepted as values in TtsParam as long as they are exact.',
  ],
  async run({ account, input, request }, services) {
    const [template, blacklist] = await Promise.all([
      services.directory.template(account.accountId, input.TtsCode),
      services.directory.blacklist(),
    ])
    return placeSingleCall(
      {
        ...input,
        operation: 'SingleCallByTts',
        product: template?.kind ?? 'notification',
        prompt: { kind: 'template', template, values: readVariables(input.TtsParam), blacklist },
      },
      { account, request },
      services,
    )
  },
})
