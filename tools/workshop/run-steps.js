import { lastLines } from './run-process.js'

/**
 * @typedef {object} Step
 * @property {string} name one or two words for the report
 * @property {() => Promise<import('./run-process.js').RunResult>} start
 */

/**
 * Runs steps, a few at a time, and prints one line for each as it ends; what a failed step printed comes after all of
 * them, so that the lines stay together.
 *
 * @param {readonly Step[]} steps started in this order
 * @param {number} [atOnce]
 * @returns {Promise<string[]>} the names of the steps that failed
 */
export async function runSteps(steps, atOnce = 2) {
  const width = Math.max(...steps.map((step) => step.name.length))
  /** @type {{ name: string, output: string }[]} */
  const failures = []
  const waiting = [...steps]
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { ok, output, seconds } = await step.start()
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${step.name.padEnd(width)}  ${seconds.toFixed(1).padStart(5)} s`)
      if (!ok) failures.push({ name: step.name, output })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  for (const { name, output } of failures) console.error(`\n--- ${name} ---\n${lastLines(output, 200)}`)
  return failures.map((failure) => failure.name)
}
