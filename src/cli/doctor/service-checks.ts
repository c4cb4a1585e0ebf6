import pg from 'pg'
import type { Config } from '../../config.ts'
import type { Endpoints } from '../../endpoints.ts'
import { SpeechUnavailable } from '../../engine/ports.ts'
import { certificateOf } from '../../https-door.ts'
import { systemClock } from '../../lib/clock.ts'
import { silentLog } from '../../lib/log.ts'
import { ConfigError } from '../../setting.ts'
import { chooseSynthesizer } from '../../speech/tts/choose-synthesizer.ts'
import { CertificateRefused } from '../../wire/tls/certificate-source.ts'
import { reasonOf } from '../expected-reason.ts'
import { bad, type Check, type Finding, good, note } from './check.ts'

/** What a node works with: itself when it runs, the database, the voice. */
export function serviceChecks(config: Config, running: Endpoints | undefined): Check[] {
  return [
    { name: 'node', run: () => nodeIsReady(running) },
    { name: 'database', run: () => database(config, running) },
    { name: 'voice', run: () => voice(config) },
    ...certificateChecks(config),
  ]
}

async function nodeIsReady(running: Endpoints | undefined): Promise<Finding> {
  if (running === undefined) return note('no node runs on this data folder', "Start one with 'yuyin serve'.")
  try {
    const response = await fetch(`${running.http}/readyz`, { signal: AbortSignal.timeout(5000) })
    return response.ok
      ? good(`ready at ${running.http}, process ${running.pid}`)
      : bad(`${running.http}/readyz answers ${response.status}: ${await response.text()}`, 'Read the log of the node.')
  } catch (error) {
    return bad(
      `${running.http} does not answer: ${reasonOf(error, TypeError, DOMException)}`,
      `Look at process ${running.pid} and its log.`,
    )
  }
}

/** The database's clock matters: nodes that share it compare times. */
const worstClockDifferenceMs = 2000

async function database(config: Config, running: Endpoints | undefined): Promise<Finding> {
  const url = running?.database ?? config.databaseUrl
  if (url === '') return good('embedded, starts with the node')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; now: Date }>(
      `SELECT current_setting('server_version') AS version, clock_timestamp() AS now`,
    )
    const [row] = rows
    if (row === undefined) return bad('the database answers nothing', 'Look at its log.')
    const differenceMs = Math.abs(row.now.getTime() - Date.now())
    if (differenceMs > worstClockDifferenceMs) {
      return bad(`its clock differs from ours by ${differenceMs} ms`, 'Synchronise both clocks (NTP).')
    }
    return Number.parseInt(row.version, 10) >= 14
      ? good(`PostgreSQL ${row.version}, clocks within ${differenceMs} ms`)
      : bad(`PostgreSQL ${row.version} is too old`, 'Use version 14 or newer.')
  } catch (error) {
    return bad(`it does not answer: ${reasonOf(error, Error)}`, 'Check YUYIN_DATABASE_URL and the server behind it.')
  } finally {
    await client.end()
  }
}

/** Of the doors whose certificate is the operator's; one of our own making is made when it is needed. */
function certificateChecks(config: Config): Check[] {
  const doors = [
    { setting: 'tls', name: 'certificate' },
    { setting: 'sipTls', name: 'SIP certificate' },
  ] as const
  return doors
    .filter(({ setting }) => config[setting] === 'given')
    .map(({ setting, name }) => ({ name, run: () => certificate(setting, config) }))
}

async function certificate(setting: 'tls' | 'sipTls', config: Config): Promise<Finding> {
  try {
    await certificateOf(setting, config)?.(systemClock.now())
    return good(`${config.tlsCert} and its key`)
  } catch (error) {
    const why = reasonOf(error, CertificateRefused, ConfigError)
    return bad(why, 'Give the files with certificate and key: YUYIN_TLS_CERT, YUYIN_TLS_KEY.')
  }
}

const voiceRemedies: Readonly<Record<Config['synthesizer'], string>> = {
  auto: "Install espeak-ng of the system ('apt-get install espeak-ng'), or the built-in one ('npm install').",
  debian: "Install espeak-ng: 'apt-get install espeak-ng'.",
  wasm: "Install the built-in synthesizer: 'npm install'.",
  http: 'Set YUYIN_SYNTHESIZER_URL to the address of a speech server that answers.',
}

async function voice(config: Config): Promise<Finding> {
  try {
    const synthesizer = await chooseSynthesizer({
      choice: config.synthesizer,
      ...(config.synthesizerUrl === '' ? {} : { url: config.synthesizerUrl }),
      log: silentLog,
      clock: systemClock,
    })
    await synthesizer.close()
    return good(synthesizer.name)
  } catch (error) {
    return bad(reasonOf(error, SpeechUnavailable), voiceRemedies[config.synthesizer])
  }
}
