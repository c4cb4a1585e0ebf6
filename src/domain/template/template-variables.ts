import { jsonDecoded } from '../../lib/decode-text.ts'
import type { Template } from './template.ts'

/** Values for a template's variables, by name. */
export type VariableValues = ReadonlyMap<string, string>

/** Why values cannot be spoken in a template. */
export type VariableProblem = 'missing' | 'url' | 'blacklisted' | 'notLettersAndDigits' | 'unspeakable' | 'tooLong'

/** All values of a template's variables together, in characters (reference, TtsParam of SingleCallByTts). */
export const maxVariableCharacters = 1000

/** A piece of a template's text. */
export type TemplatePart = { readonly text: string } | { readonly variable: string }

/** `${name}`: letters, digits, underscore, hyphen and dot, any script. */
const variable = /\$\{\s*([\p{L}\p{N}_.-]+)\s*\}/u

/** A template's text taken apart, in order; fixed text of white space only is kept. */
export function templateParts(text: string): TemplatePart[] {
  // A split by a pattern with one group gives text, name, text, name, …, text.
  return text.split(variable).flatMap((piece, index): TemplatePart[] => {
    if (index % 2 === 1) return [{ variable: piece }]
    return piece === '' ? [] : [{ text: piece }]
  })
}

const partsByTemplate = new WeakMap<Template, readonly TemplatePart[]>()

/** The parts of a template, taken apart once for as long as the same object is used. */
export function partsOf(template: Template): readonly TemplatePart[] {
  const known = partsByTemplate.get(template)
  if (known !== undefined) return known
  const parts = templateParts(template.text)
  partsByTemplate.set(template, parts)
  return parts
}

/** The names of the variables among the parts, each once, in order of appearance. */
export function variableNames(parts: readonly TemplatePart[]): string[] {
  const names = parts.flatMap((part) => ('variable' in part ? [part.variable] : []))
  return [...new Set(names)]
}

/**
 * Reads TtsParam: the JSON text of an object whose values are strings. Numbers are accepted as their text as long as
 * they are exact; empty text means no values.
 *
 * @returns `undefined` when the text is anything else
 */
export function readVariables(json: string): VariableValues | undefined {
  if (json.trim() === '') return new Map()
  const parsed = jsonDecoded(json)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value === 'string') values.set(name, value)
    else if (typeof value === 'number' && isExact(value)) values.set(name, String(value))
    else return undefined
  }
  return values
}

/** Long numbers lose digits in JSON, and a code with a wrong digit must not be spoken. */
function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || (Math.abs(value) < 1e9 && Math.abs(value) > 1e-6)
}

/**
 * Checks the values that a template uses; what it does not use is ignored.
 *
 * @param blacklist words that no value may contain, in any case
 * @returns the first problem, with the variable's name (of `tooLong`: empty, it is all of them)
 */
export function checkVariables(
  template: Template,
  values: VariableValues,
  blacklist: readonly string[],
): { problem: VariableProblem; variable: string } | undefined {
  const used = variableNames(partsOf(template)).map((name) => ({ name, value: values.get(name) ?? '' }))
  const characters = used.reduce((sum, { value }) => sum + countCharacters(value), 0)
  if (characters > maxVariableCharacters) return { problem: 'tooLong', variable: '' }
  for (const { name, value } of used) {
    const problem = valueProblem(value, template.kind, blacklist)
    if (problem !== undefined) return { problem, variable: name }
  }
  return undefined
}

/** Characters, not code units; of very long text the code units, which is as much too long. */
function countCharacters(value: string): number {
  return value.length > maxVariableCharacters * 2 ? value.length : [...value].length
}

function valueProblem(
  value: string,
  kind: Template['kind'],
  blacklist: readonly string[],
): VariableProblem | undefined {
  if (value.trim() === '') return 'missing'
  if (looksLikeUrl.test(value)) return 'url'
  const lower = value.toLowerCase()
  if (blacklist.some((word) => word !== '' && lower.includes(word.toLowerCase()))) return 'blacklisted'
  if (kind === 'verification' && !/^[A-Za-z0-9]+$/.test(value)) return 'notLettersAndDigits'
  return unspeakable.test(value) ? 'unspeakable' : undefined
}

/** A scheme, `www.`, or a host name under a top-level domain that links use. */
const looksLikeUrl =
  /[a-z]:\/\/|\bwww\.|[a-z0-9-]\.(?:com|cn|net|org|gov|edu|top|xyz|io|cc|vip|info|ltd|link|me|club|site|online|shop|app|dev|tv|hk|tw)(?![a-z0-9-])/i

/** Control characters (white space apart) and halves of surrogate pairs: nothing says them, and no store keeps them. */
const unspeakable = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u
