import type { PushItem, PushTargetKey } from './ports.ts'
import { PushLine } from './push-line.ts'

interface KnownLine {
  readonly target: PushTargetKey
  readonly line: PushLine
}

/** The lines of all targets that have something in hand, or failed last. */
export class PushLines {
  readonly #lines = new Map<string, KnownLine>()

  /** Items that wait or are on their way. */
  get length(): number {
    let count = 0
    for (const { line } of this.#lines.values()) count += line.length
    return count
  }

  /** The line of an item's target; a new one when there is none. */
  of(item: PushTargetKey): PushLine {
    const { accountId, url } = item
    const key = keyOf(item)
    const known = this.#lines.get(key) ?? { target: { accountId, url }, line: new PushLine() }
    this.#lines.set(key, known)
    return known.line
  }

  /** Targets that have enough in hand. */
  full(): PushTargetKey[] {
    return [...this.#lines.values()].filter(({ line }) => line.isFull).map(({ target }) => target)
  }

  /** Forgets the line of a target that is well and has nothing in hand. */
  tidy(target: PushTargetKey): void {
    const known = this.#lines.get(keyOf(target))
    if (known?.line.isEmpty === true && !known.line.isFailing) this.#lines.delete(keyOf(target))
  }

  /** Takes out everything that is not on its way. */
  empty(): PushItem[] {
    return [...this.#lines.values()].flatMap(({ line }) => line.empty())
  }
}

function keyOf({ accountId, url }: PushTargetKey): string {
  return `${accountId} ${url}`
}
