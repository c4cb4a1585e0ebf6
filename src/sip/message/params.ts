import { splitOutside } from './token.ts'

/** Parameters such as `;branch=z9hG4bK1;rport`: lower-case names; values as on the wire (quotes kept), '' for a bare name. */
export type Params = Map<string, string>

/** Reads `;a=b;c` (with or without the leading semicolon). The first of two equal names wins. */
export function parseParams(text: string): Params {
  const params: Params = new Map()
  if (text === '') return params
  for (const part of splitOutside(text, ';')) {
    const equals = part.indexOf('=')
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase()
    if (name !== '' && !params.has(name)) params.set(name, equals < 0 ? '' : part.slice(equals + 1).trim())
  }
  return params
}

/** Writes `;a=b;c`; nothing for no parameters. */
export function formatParams(params: Params): string {
  let text = ''
  for (const [name, value] of params) text += value === '' ? `;${name}` : `;${name}=${value}`
  return text
}
