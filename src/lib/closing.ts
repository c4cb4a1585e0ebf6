import type { Log } from './log.ts'

/** What has to be closed, in the reverse of the order in which it was opened. Closing twice is closing once. */
export class Closing {
  readonly #steps: (() => Promise<void> | void)[] = []
  #closed: Promise<void> | undefined

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step)
  }

  /** Runs every step, also when one fails. @throws the failure; several as one `AggregateError` */
  close(): Promise<void> {
    this.#closed ??= this.#run()
    return this.#closed
  }

  async #run(): Promise<void> {
    const failures: unknown[] = []
    for (const step of this.#steps.reverse()) {
      try {
        await step()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('; '))
    if (failures.length === 1) throw failures[0]
  }
}

/**
 * Opens parts that stand on each other: when one of them does not open, those before it are closed again.
 *
 * @throws what that part threw: it is what tells; what then cannot be closed is logged
 */
export async function openOrClose<Opened>(log: Log, open: (closing: Closing) => Promise<Opened>): Promise<Opened> {
  const closing = new Closing()
  try {
    return await open(closing)
  } catch (error) {
    try {
      await closing.close()
    } catch (why) {
      log.error({ err: why }, 'what was opened could not be closed cleanly')
    }
    throw error
  }
}
