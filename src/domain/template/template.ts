import type { ReviewState } from './review.ts'

/** A text template, spoken with its variables filled in. */
export interface Template {
  readonly code: string
  readonly accountId: string
  readonly kind: 'verification' | 'notification'
  /** Text with `${name}` variables. */
  readonly text: string
  readonly review: ReviewState
}
