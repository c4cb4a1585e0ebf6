import type { Product } from '../../domain/call/call.ts'
import { type BrokenRule, type CallFacts, firstBrokenRule } from '../../domain/call/calling-rules.ts'
import { type PhoneNumber, readPhoneNumber, readShowNumber } from '../../domain/phone-number.ts'
import { linesOf, type Prompt, type Script } from '../../domain/script/script.ts'
import { speakTemplate } from '../../domain/template/template-speech.ts'
import { chinaTime } from '../../lib/china-time.ts'
import { GatewayError } from '../gateway-errors.ts'
import type { Caller, OperationSettings, Services } from '../operation.ts'
import type { AcceptResult, CalleeFrequency } from '../ports.ts'
import { Refusal, type RefusalName } from '../refusals.ts'

/** Refusals that every operation with one callee knows. */
export const oneCalleeRefusals = [
  'accountSuspended',
  'showNumberNotOwned',
  'calleeNotDiallable',
  'balanceUsedUp',
  'calleeTooFrequent',
] as const satisfies readonly RefusalName[]

/** Refusals of a text template and its variables. */
export const templateRefusals = [
  'templateUnusable',
  'variablesUnreadable',
  'variableMissing',
  'variableHoldsUrl',
  'variableBlacklisted',
  'variableNotLettersAndDigits',
  'variableUnspeakable',
  'variablesTooLong',
] as const satisfies readonly RefusalName[]

/** Something to be heard in a call that was asked for. */
export interface AskedPrompt {
  readonly facts: NonNullable<CallFacts['prompt']>
  /** The parameter it came with, told in its refusal where there are several: `ByeCode`. */
  readonly parameter?: string
}

/** The two numbers of a call that may be placed. */
export interface Numbers {
  readonly showNumber: string
  readonly callee: PhoneNumber
}

/** Judges a call by the calling rules, prompt by prompt. @throws {Refusal} for the first rule it breaks */
export async function judgeCall(
  asked: { readonly CalledShowNumber: string; readonly CalledNumber: string; readonly prompts: readonly AskedPrompt[] },
  { account }: Caller,
  { directory }: Services,
): Promise<Numbers> {
  const showNumber = readShowNumber(asked.CalledShowNumber)
  const ownsShowNumber = showNumber !== '' && (await directory.ownsNumber(account.accountId, showNumber))
  const callee = readPhoneNumber(asked.CalledNumber)
  for (const { facts, parameter } of asked.prompts) {
    const broken = firstBrokenRule({ account, showNumber, ownsShowNumber, prompt: facts, callee })
    if (broken !== undefined) throw refusalOf(broken, parameter)
  }
  if (callee === undefined) throw new Error('the calling rules passed a call without a callee')
  return { showNumber, callee }
}

/** What the callee will hear. To be asked for after the rules, which let nothing unusable pass. */
export function heard({ facts }: AskedPrompt): Prompt {
  if (facts.kind === 'voice' && facts.voice !== undefined) {
    return { kind: 'voice', voiceCode: facts.voice.code, accountId: facts.voice.accountId }
  }
  if (facts.kind === 'template' && facts.template !== undefined && facts.values !== undefined) {
    return { kind: 'speech', segments: speakTemplate(facts.template, facts.values) }
  }
  throw new Error('the calling rules passed a call without a prompt')
}

/**
 * Stores a call that was judged. When this resolves the call is on disk.
 *
 * @throws {Refusal} by the callee's frequency or the balance; {GatewayError} SignatureNonceUsed when the request was
 * stored before
 */
export async function storeCall(
  call: Numbers & {
    readonly operation: string
    readonly product: Product
    readonly OutId: string | undefined
    readonly script: Script
  },
  { account, request }: Caller,
  { calls, directory, settings, nextCallId }: Services,
): Promise<{ CallId: string }> {
  const perMinuteE4 = await directory.pricePerMinuteE4(account.accountId, call.product)
  const callId = nextCallId()
  // Every leg is paid for.
  const heldMinutes = (settings.heldMinutes ?? 1) * linesOf(call.script)
  const accepted = await calls.accept(
    {
      callId,
      accountId: account.accountId,
      operation: call.operation,
      product: call.product,
      calledNumber: call.callee.digits,
      showNumber: call.showNumber,
      outId: call.OutId ?? '',
      script: call.script,
      acceptedAt: request.now,
    },
    {
      accessKeyId: request.accessKeyId,
      nonce: request.nonce,
      frequency: settings.frequency,
      ...(perMinuteE4 === 0 ? {} : { price: { perMinuteE4, heldE4: perMinuteE4 * heldMinutes } }),
    },
  )
  if (!accepted.accepted) throw notStored(accepted, settings)
  return { CallId: callId }
}

const aboutTheCall: ReadonlySet<string> = new Set<RefusalName>(oneCalleeRefusals)

/** The refusal for a broken rule. @param parameter with which the prompt came that it is about */
export function refusalOf({ refusal, variable }: BrokenRule, parameter?: string): Refusal {
  const place = aboutTheCall.has(refusal) ? undefined : parameter
  const about = [place, variable].filter((one) => one !== undefined && one !== '').join(': ')
  return new Refusal(refusal, about === '' ? {} : { chinese: `（${about}）`, english: ` (${about})` })
}

function notStored(result: AcceptResult & { accepted: false }, settings: OperationSettings): Error {
  if (result.because === 'replayed') return new GatewayError('SignatureNonceUsed')
  if (result.because === 'unaffordable') return new Refusal('balanceUsedUp')
  const { chinese, english } = frequencyWords[result.limit]
  const times = settings.frequency?.[result.limit] ?? 0
  // Rounded up to the second: at the time that is told, the call is allowed.
  const nextAt = chinaTime(Math.ceil(result.nextAt / 1000) * 1000)
  const hint = settings.frequencyHint === undefined ? '' : `; ${settings.frequencyHint} turns this limit off`
  return new Refusal('calleeTooFrequent', {
    chinese: `：同一被叫${chinese}最多${times}次，请于${nextAt}之后再呼叫`,
    english: ` (${times} ${english}): the next call is allowed at ${nextAt} China time${hint}`,
  })
}

const frequencyWords: Readonly<Record<keyof CalleeFrequency, { chinese: string; english: string }>> = {
  perMinute: { chinese: '每分钟', english: 'a minute' },
  perHour: { chinese: '每小时', english: 'an hour' },
  perDay: { chinese: '每24小时', english: 'in 24 hours' },
}
