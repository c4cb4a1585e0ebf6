import type { Statement } from './policy.ts'
import { matchesWildcard } from './wildcard.ts'

/** What policies say about one action: allowed, denied by a statement, or allowed by none. */
export type Judgement = 'allowed' | 'denied' | 'notAllowed'

/** Something that a user wants to do. */
export interface Wish {
  /** `dyvms:SingleCallByTts`. */
  readonly action: string
  /** `acs:dyvms:cn-hangzhou:1000000001:*`. */
  readonly resource: string
}

/**
 * The wish to run an operation of the API on what an account owns. Both products have the RAM code `dyvms`, so that
 * `dyvms:*` covers the token of the receipt queues; resources are not told apart within an account.
 */
export function wishFor(operation: string, accountId: string): Wish {
  return { action: `dyvms:${operation}`, resource: `acs:dyvms:cn-hangzhou:${accountId}:*` }
}

/** Judges a wish: one Deny that applies is a no, else one Allow that applies is a yes, else it is a no. */
export function judge(statements: readonly Statement[], wish: Wish): Judgement {
  let judgement: Judgement = 'notAllowed'
  for (const statement of statements) {
    if (!applies(statement, wish)) continue
    if (statement.effect === 'Deny') return 'denied'
    judgement = 'allowed'
  }
  return judgement
}

function applies({ actions, resources }: Statement, { action, resource }: Wish): boolean {
  return (
    actions.some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase())) &&
    resources.some((pattern) => matchesWildcard(pattern, resource))
  )
}
