import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasCode } from './lib/error-code.ts'
import type { PublicUrl } from './public-url.ts'

/**
 * What a running node tells its neighbours on the same machine (tests, scripts, the `yuyin` command), in
 * `<data>/endpoints.json`. The file is readable by its owner only, because `database` opens the store.
 */
export interface Endpoints {
  /** Absent in the file of an older program, as `publicUrl` is. */
  readonly profile?: 'dev' | 'production'
  /** `http://127.0.0.1:8080` */
  readonly http: string
  /** `https://127.0.0.1:8443`, when TLS is on. */
  readonly https?: string
  /** `127.0.0.1:5060` */
  readonly sip: string
  /** `127.0.0.1:5061`, when SIP speaks TLS. */
  readonly sipTls?: string
  /** SIP address of the virtual phones, dev profile only. */
  readonly phones?: string
  /** What URLs for customers begin with. */
  readonly publicUrl?: PublicUrl
  readonly database: string
  readonly pid: number
}

const fileName = 'endpoints.json'

export function writeEndpoints(dataFolder: string, endpoints: Endpoints): void {
  const file = join(dataFolder, fileName)
  writeFileSync(`${file}.new`, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

export function removeEndpoints(dataFolder: string): void {
  rmSync(join(dataFolder, fileName), { force: true })
}

/** The node that serves from this data folder, `undefined` when none does: a file left by a dead node does not count. */
export function readEndpoints(dataFolder: string): Endpoints | undefined {
  let text: string
  try {
    text = readFileSync(join(dataFolder, fileName), 'utf8')
  } catch (error) {
    // ENOTDIR: the path leads through a file.
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
  const endpoints: Endpoints = JSON.parse(text)
  return isAlive(endpoints.pid) ? endpoints : undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, under another user.
    if (hasCode(error, 'EPERM')) return true
    if (hasCode(error, 'ESRCH')) return false
    throw error
  }
}
