import { callOutcomes } from '../../domain/call/call-outcome.ts'

/** `hungUpEarly` → `hung up early`. */
const inWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** The `state` of a call detail in English: `200000` → `heard`, `503` → `the network answered 503`. */
export function outcomeWords(state: string): string {
  const names = Object.entries(callOutcomes)
    .filter(([, row]) => row.statusCode === state)
    .map(([name]) => inWords(name))
  return names.length === 0 ? `the network answered ${state}` : names.join(' or ')
}
