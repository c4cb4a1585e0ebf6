/**
 * Whole seconds from an answer to the end of its leg, rounded up; 0 when it was not answered. The wall clock may have been
 * set back meanwhile: never below 0.
 *
 * @param answeredAt wall milliseconds
 */
export function talkSeconds(answeredAt: number | undefined, endedAt: number): number {
  return answeredAt === undefined ? 0 : Math.max(0, Math.ceil((endedAt - answeredAt) / 1000))
}
