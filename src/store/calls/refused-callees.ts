import type { CalleeFrequency } from '../../operations/ports.ts'
import type { Refusal } from './callee-frequency.ts'

/** Callees remembered at most; the oldest is forgotten first, which costs a look into the database, nothing else. */
const capacity = 20_000

/**
 * Callees that are known to be refused until a certain time. A refusal can only be prolonged by other accepts, never
 * shortened, so this memory is right on every node. It keeps a program that calls one number in a loop from taking
 * a batch of its own for every request.
 */
export class RefusedCallees {
  readonly #refusals = new Map<string, Refusal>()

  /** @param key the callee, from `keyOf` */
  refusal(key: string, now: number): Refusal | undefined {
    const refusal = this.#refusals.get(key)
    if (refusal === undefined) return undefined
    if (refusal.nextAt > now) return refusal
    this.#refusals.delete(key)
    return undefined
  }

  remember(key: string, refusal: Refusal): void {
    this.#refusals.delete(key)
    this.#refusals.set(key, refusal)
    if (this.#refusals.size <= capacity) return
    for (const oldest of this.#refusals.keys()) {
      this.#refusals.delete(oldest)
      break
    }
  }

  /** One key per callee and limits: other limits are another question. */
  static keyOf(callee: string, frequency: CalleeFrequency): string {
    return `${callee} ${frequency.perMinute} ${frequency.perHour} ${frequency.perDay}`
  }
}
