import type { Statement } from '../policy/policy.ts'

/**
 * Someone who works under an account with keys of his own (RAM user). May do what the policies attached to him allow,
 * and nothing before one is attached.
 */
export interface User {
  readonly accountId: string
  readonly userName: string
  /** The statements of all attached policies together. */
  readonly statements: readonly Statement[]
}

/** Names of users and policies. */
export const userNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
