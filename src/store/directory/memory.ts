/**
 * Remembers what was read for a key, "there is none" included, until told to forget. Concurrent reads of one key are one; a
 * read that was under way when everything was forgotten is not remembered. Bounded: the key that was not asked for longest
 * goes first.
 */
export class Memory<Value> {
  readonly #capacity: number
  readonly #isTrusted: () => boolean
  #known = new Map<string, Promise<Value>>()

  /** @param isTrusted false: a change could pass unheard, so everything is read anew */
  constructor(capacity: number, isTrusted: () => boolean) {
    this.#capacity = capacity
    this.#isTrusted = isTrusted
  }

  /** What is known for the key, else what `read` finds. @throws what `read` throws; failures are not remembered */
  get(key: string, read: () => Promise<Value>): Promise<Value> {
    if (!this.#isTrusted()) return read()
    const known = this.#known.get(key)
    if (known !== undefined) {
      this.#known.delete(key)
      this.#known.set(key, known)
      return known
    }
    return this.#read(key, read)
  }

  forget(): void {
    this.#known = new Map()
  }

  forgetOne(key: string): void {
    this.#known.delete(key)
  }

  get size(): number {
    return this.#known.size
  }

  #read(key: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#known
    const reading: Promise<Value> = read().catch((error: unknown) => {
      if (known.get(key) === reading) known.delete(key)
      throw error
    })
    known.set(key, reading)
    if (known.size > this.#capacity) {
      for (const oldest of known.keys()) {
        known.delete(oldest)
        break
      }
    }
    return reading
  }
}
