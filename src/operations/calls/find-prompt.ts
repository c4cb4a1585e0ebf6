import { readVariables } from '../../domain/template/template-variables.ts'
import type { Directory } from '../ports.ts'
import type { AskedPrompt } from './place-call.ts'

/** A prompt in the words of a request, where a code may be that of a voice file or of a text template. */
export interface NamedPrompt {
  readonly parameter: string
  readonly code: string
  /** JSON text; empty: none. */
  readonly variables: string
}

/** What the code of an account stands for. One that nothing goes by is of the kind that it looks like. */
export async function findPrompt(
  { parameter, code, variables }: NamedPrompt,
  accountId: string,
  directory: Directory,
): Promise<AskedPrompt> {
  const [template, voice, blacklist] = await Promise.all([
    directory.template(accountId, code),
    directory.voice(accountId, code),
    directory.blacklist(),
  ])
  const isVoice = template === undefined && (voice !== undefined || !code.startsWith('TTS_'))
  return {
    parameter,
    facts: isVoice
      ? { kind: 'voice', voice }
      : { kind: 'template', template, values: readVariables(variables), blacklist },
  }
}
