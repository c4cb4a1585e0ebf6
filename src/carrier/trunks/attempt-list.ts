import type { CallOutcome } from '../../domain/call/call-outcome.ts'
import type { SipTarget } from '../../sip/user-agent.types.ts'
import { afterFailure, type FailedAttempt, failureWords, trunkVerdict } from './failover.ts'
import type { TrunkLine } from './trunk-line.ts'

/** So many INVITEs at most for one leg: the callee's patience is not ours to spend. */
const mostAttempts = 6

export interface NextAttempt {
  readonly line: TrunkLine
  readonly target: SipTarget
}

/** What is left to try for one leg: the addresses of the first trunk, then those of the next. */
export class AttemptList {
  /** How a leg ends for which nothing could be tried at all. */
  readonly emptyOutcome: CallOutcome
  readonly #lines: TrunkLine[]
  #line: TrunkLine | undefined
  #targets: SipTarget[] = []
  #made = 0

  /** @param lines in the order in which they are tried */
  constructor(lines: readonly TrunkLine[], emptyOutcome: CallOutcome) {
    this.#lines = [...lines]
    this.emptyOutcome = emptyOutcome
  }

  /** @param after whether another address of the same trunk is worth a try */
  next(after: 'address' | 'trunk'): NextAttempt | undefined {
    if (this.#made >= mostAttempts) return undefined
    // An INVITE that was given up still counts: another one to the same trunk must not go above its caps.
    if (after === 'trunk' || this.#line?.room === 0) this.#targets = []
    if (this.#targets.length === 0) this.#nextLine()
    const target = this.#targets.shift()
    if (this.#line === undefined || target === undefined) return undefined
    this.#made++
    return { line: this.#line, target }
  }

  /** Tells a trunk's health of an attempt. As long as another address of it is tried, the trunk has not failed. */
  judge(line: TrunkLine, failure: FailedAttempt, retryAfterSeconds: number | undefined): void {
    const verdict = trunkVerdict(failure)
    if (verdict === 'alive') line.health.worked()
    else if (verdict === 'nothing' || this.#triesAnotherAddress(failure)) line.health.toldNothing()
    else line.health.failed(failureWords(failure), retryAfterSeconds)
  }

  #triesAnotherAddress(failure: FailedAttempt): boolean {
    return afterFailure(failure) === 'address' && this.#targets.length > 0
  }

  /** Trunks whose lines were taken meanwhile are passed over, and those that were removed. */
  #nextLine(): void {
    this.#line = undefined
    for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
      if (line.room === 0) continue
      this.#line = line
      this.#targets = [...line.targets]
      return
    }
  }
}
