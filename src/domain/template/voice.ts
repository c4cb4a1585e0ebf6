import type { ReviewState } from './review.ts'

/** An uploaded voice file, converted to 8 kHz mono once. */
export interface Voice {
  readonly code: string
  readonly accountId: string
  readonly review: ReviewState
}
