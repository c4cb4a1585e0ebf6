import { BuildFailed } from './build-program.js'
import { InstallFailed } from './install.js'

/**
 * Runs a tool. A failure whose message was written for people is shown without a stack trace; the process then ends
 * with code 1. Anything else is a bug and is thrown.
 *
 * @param {() => Promise<void>} tool
 */
export async function runTool(tool) {
  try {
    await tool()
  } catch (error) {
    if (!(error instanceof InstallFailed || error instanceof BuildFailed)) throw error
    console.error(`\n${error.message}`)
    process.exitCode = 1
  }
}
