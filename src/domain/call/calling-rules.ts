import { type Account, accountStates } from '../account/account.ts'
import type { PhoneNumber } from '../phone-number.ts'
import type { Template } from '../template/template.ts'
import { checkVariables, type VariableProblem, type VariableValues } from '../template/template-variables.ts'
import type { Voice } from '../template/voice.ts'

/** Why a call is not placed: refused before anything rings. `calleeTooFrequent` is judged when the call is stored. */
export type CallRefusal =
  | 'accountSuspended'
  | 'showNumberNotOwned'
  | 'templateUnusable'
  | 'voiceUnusable'
  | 'calleeNotDiallable'
  | 'variablesUnreadable'
  | 'variableMissing'
  | 'variableHoldsUrl'
  | 'variableBlacklisted'
  | 'variableNotLettersAndDigits'
  | 'variableUnspeakable'
  | 'variablesTooLong'
  | 'calleeTooFrequent'

/** Everything the rules look at, gathered beforehand. */
export interface CallFacts {
  readonly account: Account
  /** Empty in public mode: the trunk's own number is shown. */
  readonly showNumber: string
  readonly ownsShowNumber: boolean
  /** Absent: nothing is played. */
  readonly prompt?: TemplateFacts | VoiceFacts
  /** `undefined`: no phone can have the number. */
  readonly callee: PhoneNumber | undefined
}

export interface TemplateFacts {
  readonly kind: 'template'
  /** The account's template with the code asked for, `undefined` when it has none. */
  readonly template: Template | undefined
  /** `undefined`: not readable. */
  readonly values: VariableValues | undefined
  readonly blacklist: readonly string[]
}

export interface VoiceFacts {
  readonly kind: 'voice'
  readonly voice: Voice | undefined
}

/** The rule that a call breaks, and the variable it is about (empty for every other rule). */
export interface BrokenRule {
  readonly refusal: CallRefusal
  readonly variable: string
}

/** The rules in the order in which they are judged; after them, when the call is stored, the callee's frequency. */
export const callingRules: readonly {
  readonly about: string
  readonly broken: (facts: CallFacts) => BrokenRule | undefined
}[] = [
  {
    about: 'account',
    broken: ({ account }) => unless(accountStates[account.state].stops === 'nothing', 'accountSuspended'),
  },
  {
    about: 'display number',
    broken: ({ showNumber, ownsShowNumber }) => unless(showNumber === '' || ownsShowNumber, 'showNumberNotOwned'),
  },
  {
    about: 'template or voice file',
    broken: ({ prompt }) => {
      if (prompt === undefined) return undefined
      return prompt.kind === 'template'
        ? unless(prompt.template?.review === 'approved', 'templateUnusable')
        : unless(prompt.voice?.review === 'approved', 'voiceUnusable')
    },
  },
  { about: 'callee', broken: ({ callee }) => unless(callee !== undefined, 'calleeNotDiallable') },
  { about: 'variables', broken: ({ prompt }) => (prompt?.kind === 'template' ? brokenByVariables(prompt) : undefined) },
]

/** The first rule that the call breaks, or `undefined` when it may be placed. */
export function firstBrokenRule(facts: CallFacts): BrokenRule | undefined {
  for (const { broken } of callingRules) {
    const rule = broken(facts)
    if (rule !== undefined) return rule
  }
  return undefined
}

const refusalOf: Readonly<Record<VariableProblem, CallRefusal>> = {
  missing: 'variableMissing',
  url: 'variableHoldsUrl',
  blacklisted: 'variableBlacklisted',
  notLettersAndDigits: 'variableNotLettersAndDigits',
  unspeakable: 'variableUnspeakable',
  tooLong: 'variablesTooLong',
}

function brokenByVariables({ template, values, blacklist }: TemplateFacts): BrokenRule | undefined {
  if (values === undefined) return { refusal: 'variablesUnreadable', variable: '' }
  if (template === undefined) return undefined
  const found = checkVariables(template, values, blacklist)
  return found && { refusal: refusalOf[found.problem], variable: found.variable }
}

function unless(holds: boolean, refusal: CallRefusal): BrokenRule | undefined {
  return holds ? undefined : { refusal, variable: '' }
}
