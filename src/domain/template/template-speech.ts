import type { SpokenSegment } from '../script/script.ts'
import type { Template } from './template.ts'
import { partsOf, type VariableValues } from './template-variables.ts'

/**
 * A template with its values filled in, as segments: fixed text and variables apart, so that what repeats is spoken
 * from the cache. Values of a verification code are spelled, those of a notification are read as phrases.
 *
 * @param values checked by `checkVariables`; a variable without a value is left out
 */
export function speakTemplate(template: Template, values: VariableValues): SpokenSegment[] {
  const manner = template.kind === 'verification' ? 'spelled' : 'fluent'
  return partsOf(template).flatMap((part): SpokenSegment[] => {
    if ('text' in part) return hasSound(part.text) ? [{ text: part.text, manner: 'fluent' }] : []
    const value = values.get(part.variable) ?? ''
    return hasSound(value) ? [{ text: value, manner }] : []
  })
}

/** Whether there is anything to say: punctuation between two variables is not a segment of its own. */
function hasSound(text: string): boolean {
  return /[\p{L}\p{N}\p{S}]/u.test(text)
}
