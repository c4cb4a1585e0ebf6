import { createRequire } from 'node:module'
import type { Clock } from '../../../lib/clock.ts'
import { hasCode } from '../../../lib/error-code.ts'
import { forkModule } from '../../../lib/fork-module.ts'
import type { Log } from '../../../lib/log.ts'
import { isObject } from '../../process/helper-messages.ts'
import { HelperLost, HelperProcess, HelperRefused } from '../../process/helper-process.ts'
import { SynthesisFailed, type Synthesizer } from '../synthesizer.ts'

const packageName = '@echogarden/espeak-ng-emscripten'
/** Loading 24 MB of voices and saying the first words. */
const startLimitMs = 30_000
const phraseLimitMs = 20_000
const phrasesWaiting = 2_000

/**
 * espeak-ng as WebAssembly, in a process of its own that is warmed at start and started again when it dies. Serves
 * where no system package can be installed.
 *
 * @returns `undefined` when the optional npm package is not installed
 * @throws {HelperLost} when it is, but does not work
 */
export async function espeakWasm(options: {
  log: Log
  clock: Clock
}): Promise<(Synthesizer & { readonly pid: number | undefined }) | undefined> {
  const version = packageVersion()
  if (version === undefined) return undefined
  const { helper, ready } = await HelperProcess.start({
    ...options,
    name: 'espeak-ng',
    start: () => forkModule(import.meta.url, './espeak-process'),
    startLimitMs,
    jobLimitMs: phraseLimitMs,
    waitingLimit: phrasesWaiting,
  })
  const { mandarinVoice } = isObject(ready) ? ready : {}
  return {
    name: `espeak-ng ${version} (WebAssembly)`,
    identity: `espeak-ng wasm ${version} ${String(mandarinVoice)}`,
    get pid() {
      return helper.pid
    },
    async synthesize(text, language) {
      try {
        const reply = await helper.ask({ text, language })
        const { samples, rateHz } = isObject(reply) ? reply : {}
        if (samples instanceof Int16Array && typeof rateHz === 'number') return { samples, rateHz }
      } catch (error) {
        if (!(error instanceof HelperLost || error instanceof HelperRefused)) throw error
        throw new SynthesisFailed(error.message, { cause: error })
      }
      throw new SynthesisFailed('espeak-ng answered with something else than sound')
    },
    close: () => helper.close(),
  }
}

/** Version of the installed package; `undefined` when it is not installed. */
function packageVersion(): string | undefined {
  const require = createRequire(import.meta.url)
  try {
    const manifest: unknown = require(`${packageName}/package.json`)
    const { version } = isObject(manifest) ? manifest : {}
    return String(version)
  } catch (error) {
    if (hasCode(error, 'MODULE_NOT_FOUND')) return undefined
    throw error
  }
}
