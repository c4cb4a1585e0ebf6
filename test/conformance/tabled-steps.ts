import { afterEach, beforeAll, expect } from 'vitest'
import type { ConformanceBench } from './conformance-bench.ts'
import { ConformanceTable, type Mark } from './conformance-table.ts'

/** What a test of a suite leaves behind for its line of the table. */
interface Step {
  readonly client: string
  readonly what: string
  /** How the client fared, when everything is as promised. */
  readonly mark: Mark
}

/**
 * For a suite, while it is collected: after each of its tests, whatever was said on the line must be as the contracts
 * promise. The table is printed at its end.
 *
 * @param title of the table
 * @returns tells which step the running test is
 */
export function tabledSteps(title: string, bench: () => ConformanceBench): (step: Step) => void {
  const table = new ConformanceTable(title)
  let running: Step | undefined
  beforeAll(() => () => console.log(table.text()))
  afterEach(async ({ task }) => {
    const { faults, replies } = await bench().judge()
    const fine = faults.length === 0 && replies > 0 && task.result?.state !== 'fail'
    if (running !== undefined) table.mark(running.client, running.what, fine ? running.mark : '✗')
    running = undefined
    expect(faults).toEqual([])
    expect(replies, 'replies that were seen').toBeGreaterThan(0)
  })
  return (step) => {
    running = step
  }
}
