import { parseFaults } from './parse-faults.ts'
import {
  type PhoneScript,
  type PhoneStep,
  type Reliability,
  type Sound,
  type StepName,
  toneNames,
} from './phone-script.ts'
import {
  onlyKeys,
  readNumber,
  readObject,
  readPattern,
  readText,
  readTrue,
  ScriptError,
  shown,
  type Written,
} from './script-values.ts'
import { checkOrder } from './step-order.ts'

/** No script waits longer than this in one step, seconds. */
const longestWaitSeconds = 600
const mostSteps = 100
const mostSpokenCharacters = 500

/** A name of a file in the phone audio folder: no folders, no hidden files, ends in `.wav`. */
export const audioFileName = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,95}\.wav$/

const seconds = { from: 0, to: longestWaitSeconds, unit: 'seconds' }

/** How each step is written: `{"<verb>": value}`, with the further keys that the verb takes. */
interface Verb {
  readonly also: readonly string[]
  read(value: Written, rest: (key: string) => Written | undefined): PhoneStep
}

const verbs: Readonly<Record<StepName, Verb>> = {
  ring: {
    also: ['reliable'],
    read: (value, rest) => ({
      step: 'ring',
      seconds: value.value === true ? 'untilGivenUp' : readNumber(value, { ...seconds, unit: 'seconds (or true)' }),
      ...readReliability(rest),
    }),
  },
  earlyMedia: {
    also: ['reliable'],
    read: (value, rest) => ({ step: 'earlyMedia', sound: readSound(value), ...readReliability(rest) }),
  },
  answer: { also: [], read: (value) => readTrue(value) && { step: 'answer' } },
  press: {
    also: ['after'],
    read: (value, rest) => {
      const after = rest('after')
      return {
        step: 'press',
        keys: readPattern(value, /^[0-9A-D*#]{1,32}$/, 'a string of 1 to 32 keys out of 0-9, A-D, * and #'),
        afterSeconds: after === undefined ? 0 : readNumber(after, seconds),
      }
    },
  },
  say: { also: [], read: (value) => ({ step: 'say', text: readText(value, mostSpokenCharacters) }) },
  play: { also: [], read: (value) => ({ step: 'play', file: readFileName(value) }) },
  wait: { also: [], read: (value) => ({ step: 'wait', seconds: readNumber(value, seconds) }) },
  listen: { also: [], read: (value) => readTrue(value) && { step: 'listen' } },
  hangup: { also: [], read: (value) => readTrue(value) && { step: 'hangup' } },
  reject: {
    also: ['cause', 'text'],
    read: (value, rest) => {
      const cause = rest('cause')
      const text = rest('text')
      if (text !== undefined && cause === undefined) {
        throw new ScriptError(`${text.where}: needs a "cause" (Q.850, 1 to 127) beside it`)
      }
      return {
        step: 'reject',
        status: readNumber(value, { from: 300, to: 699, unit: '', whole: true }),
        ...(cause && { q850: readNumber(cause, { from: 1, to: 127, unit: '', whole: true }) }),
        ...(text && { text: readPattern(text, /^[ !#-[\]-~]{1,100}$/, 'plain ASCII text of 1 to 100 characters') }),
      }
    },
  },
}

const verbNames: readonly string[] = Object.keys(verbs)

/**
 * Reads a script as people write it: a list of steps, or `{"steps": […], "faults": {…}, "whenBusy": "reject"}`. Strict:
 * what is not known is refused.
 *
 * @throws {ScriptError} naming the step and what may stand there
 */
export function parseScript(json: unknown): PhoneScript {
  const object = Array.isArray(json) ? { steps: json } : readObject({ where: 'script', value: json })
  onlyKeys('script', object, ['steps', 'faults', 'whenBusy'])
  const { steps: list, faults, whenBusy } = object
  if (!Array.isArray(list) || list.length === 0 || list.length > mostSteps) {
    throw new ScriptError(`script: "steps" must be a list of 1 to ${mostSteps} steps, got ${shown(list)}`)
  }
  const steps = list.map((value: unknown, index) => parseStep({ where: `step ${index + 1}`, value }))
  checkOrder(steps)
  return { steps, faults: parseFaults(faults), whenBusy: parseWhenBusy(whenBusy) }
}

function parseStep(written: Written): PhoneStep {
  const object = readObject(written)
  const names = Object.keys(object).filter((key) => verbNames.includes(key))
  const [name] = names
  if (names.length !== 1 || !isStepName(name)) {
    throw new ScriptError(
      `${written.where}: must have exactly one of ${verbNames.join(', ')}, got ${shown(written.value)}`,
    )
  }
  const where = `${written.where} (${name})`
  const verb = verbs[name]
  onlyKeys(where, object, [name, ...verb.also])
  const rest = (key: string): Written | undefined =>
    object[key] === undefined ? undefined : { where: `${where} "${key}"`, value: object[key] }
  return verb.read({ where, value: object[name] }, rest)
}

function isStepName(name: string | undefined): name is StepName {
  return name !== undefined && verbNames.includes(name)
}

function readSound(written: Written): Sound {
  if (typeof written.value === 'string') return { kind: 'file', file: readFileName(written) }
  const object = readObject(written)
  onlyKeys(written.where, object, ['say', 'tone'])
  const { say, tone } = object
  if (say !== undefined && tone === undefined) {
    return { kind: 'speech', text: readText({ where: `${written.where} "say"`, value: say }, mostSpokenCharacters) }
  }
  const named = toneNames.find((name) => name === tone)
  if (named !== undefined && say === undefined) return { kind: 'tone', tone: named }
  throw new ScriptError(
    `${written.where}: must be a file name, {"say": "…"} or {"tone": one of ${toneNames.join(', ')}}, got ${shown(written.value)}`,
  )
}

function readReliability(rest: (key: string) => Written | undefined): Reliability {
  const written = rest('reliable')
  if (written === undefined) return {}
  if (typeof written.value === 'boolean') return { isReliable: written.value }
  throw new ScriptError(`${written.where}: must be true or false, got ${shown(written.value)}`)
}

function readFileName(written: Written): string {
  return readPattern(written, audioFileName, 'the name of a .wav file in the phone audio folder, without a path')
}

function parseWhenBusy(value: unknown): PhoneScript['whenBusy'] {
  if (value === undefined || value === 'reject') return 'reject'
  if (value === 'answer') return 'answer'
  throw new ScriptError(`script "whenBusy": must be "reject" or "answer", got ${shown(value)}`)
}
