/** Frames that sound, about a quarter of a second: a syllable. */
const windowFrames = 8
/** In each such stretch at most this part of the reliable bits may differ; chance is a half. */
const mostDifference = 0.4

/**
 * Watches the last quarter of a second of a comparison. Announcements that differ in one word agree for seconds before
 * and behind it: the word is what tells them apart.
 */
export class AgreementWindow {
  readonly #weights = new Uint8Array(windowFrames)
  readonly #wrongs = new Float32Array(windowFrames)
  #frames = 0
  #weight = 0
  #wrong = 0

  clear(): void {
    this.#weights.fill(0)
    this.#wrongs.fill(0)
    this.#frames = 0
    this.#weight = 0
    this.#wrong = 0
  }

  /**
   * @param weight reliable bits of a frame
   * @param wrong how many of them differ
   * @returns false: this stretch is something else
   */
  take(weight: number, wrong: number): boolean {
    const place = this.#frames % windowFrames
    this.#weight += weight - (this.#weights[place] ?? 0)
    this.#wrong += wrong - (this.#wrongs[place] ?? 0)
    this.#weights[place] = weight
    this.#wrongs[place] = wrong
    this.#frames++
    return this.#frames < windowFrames || this.#wrong <= this.#weight * mostDifference
  }
}
