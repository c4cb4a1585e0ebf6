import { keys } from '../../domain/script/keys.ts'
import type { MenuStep } from '../../domain/script/script.ts'
import { invalid } from '../gateway-errors.ts'
import {
  choice,
  type InputOf,
  int64,
  integer,
  jsonText,
  listOf,
  optional,
  phoneNumber,
  text,
  withDefault,
} from '../input-fields.ts'
import { operation } from '../operation.ts'
import { out } from '../output-fields.ts'
import type { Directory } from '../ports.ts'
import { Refusal } from '../refusals.ts'
import { findPrompt } from './find-prompt.ts'
import { type AskedPrompt, heard, judgeCall, oneCalleeRefusals, storeCall, templateRefusals } from './place-call.ts'

const code = text({ maxBytes: 128 })
const mostChoices = 15

/** What is played, and which keys are waited for. */
const menuFields = {
  StartCode: code,
  StartTtsParams: withDefault(jsonText(), ''),
  PlayTimes: withDefault(int64(1, 3), 3),
  ByeCode: optional(code),
  ByeTtsParams: withDefault(jsonText(), ''),
  Timeout: withDefault(integer(0, 2147483647), 3000),
  MenuKeyMap: withDefault(
    listOf(
      { Key: choice(...keys), TtsParams: withDefault(jsonText(), ''), Code: optional(code) },
      { max: mostChoices },
    ),
    [],
  ),
}

/** Reference, voice IVR. */
export const ivrCall = operation({
  name: 'IvrCall',
  product: 'dyvmsapi',
  summary: 'Ring one number and run a menu of keys.',
  input: {
    CalledShowNumber: phoneNumber(),
    CalledNumber: phoneNumber(),
    ...menuFields,
    OutId: optional(text({ minBytes: 1, maxBytes: 15 })),
  },
  output: { CallId: out.text },
  refusals: [...oneCalleeRefusals, 'calleeNotOfMainland', 'voiceUnusable', ...templateRefusals, 'goodbyeOfOtherKind'],
  notes: [
    'A round is the start prompt and a wait of Timeout; PlayTimes is the number of rounds. A key stops the prompt at once.',
    'PlayTimes is 3 and Timeout 3000 when left out: the reference gives examples and no defaults.',
    'A key of the menu ends the rounds: its prompt is played, then that of ByeCode. Another key of the menu, pressed over that prompt, is chosen instead.',
    'A key that is not in the menu begins the next round at once; in the last round it only begins the wait anew.',
    'Without a key after the last round the prompt of ByeCode is played and the call ends as 200008.',
    'A choice may have no Code: then nothing is played for it. Without a MenuKeyMap every key is taken.',
    'Every key that is pressed, of the menu or not, is a VoiceCallReport 300000 and part of dtmf in the VoiceReport.',
    'The call is found under ProdId 11000000300005.',
  ],
  async run({ input, ...caller }, services) {
    const prompts = await findPrompts(input, caller.account.accountId, services.directory)
    const { start, goodbye, choices } = prompts
    const all = [start, goodbye, ...choices].filter((prompt) => prompt !== undefined)
    const numbers = await judgeCall({ ...input, prompts: all }, caller, services)
    if (numbers.callee.kind === 'international') throw new Refusal('calleeNotOfMainland')
    if (goodbye !== undefined && goodbye.facts.kind !== start.facts.kind) throw new Refusal('goodbyeOfOtherKind')
    const script = { steps: [menuOf(input, prompts)] }
    return storeCall({ ...numbers, operation: 'IvrCall', product: 'ivr', OutId: input.OutId, script }, caller, services)
  },
})

/** The menu as it was asked for. */
type AskedMenu = InputOf<typeof menuFields>

/** What its codes stand for; choices in their order, `undefined` for one without a code. */
interface MenuPrompts {
  readonly start: AskedPrompt
  readonly goodbye: AskedPrompt | undefined
  readonly choices: readonly (AskedPrompt | undefined)[]
}

async function findPrompts(asked: AskedMenu, accountId: string, directory: Directory): Promise<MenuPrompts> {
  const find = async (parameter: string, named: string | undefined, variables: string) =>
    named === undefined ? undefined : await findPrompt({ parameter, code: named, variables }, accountId, directory)
  const [start, goodbye, ...choices] = await Promise.all([
    findPrompt(
      { parameter: 'StartCode', code: asked.StartCode, variables: asked.StartTtsParams },
      accountId,
      directory,
    ),
    find('ByeCode', asked.ByeCode, asked.ByeTtsParams),
    ...asked.MenuKeyMap.map(({ Code, TtsParams }, i) => find(`MenuKeyMap.${i + 1}.Code`, Code, TtsParams)),
  ])
  return { start, goodbye, choices }
}

/** @throws {GatewayError} when a key is there twice */
function menuOf(asked: AskedMenu, { start, goodbye, choices }: MenuPrompts): MenuStep {
  const pressed = asked.MenuKeyMap.map(({ Key }) => Key)
  if (new Set(pressed).size < pressed.length) throw invalid('MenuKeyMap', 'each Key once')
  return {
    do: 'menu',
    prompt: heard(start),
    rounds: asked.PlayTimes,
    waitMs: asked.Timeout,
    choices: pressed.map((key, i) => {
      const prompt = choices[i]
      return prompt === undefined ? { key } : { key, prompt: heard(prompt) }
    }),
    ...(goodbye && { goodbye: heard(goodbye) }),
  }
}
