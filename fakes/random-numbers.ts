/** Numbers from 0 to 1 that are the same in every run (a linear congruential generator, Park and Miller). */
export function randomNumbers(seed: number): () => number {
  let state = (seed % 2147483646) + 1
  return () => {
    state = (state * 48271) % 2147483647
    return (state - 1) / 2147483646
  }
}
