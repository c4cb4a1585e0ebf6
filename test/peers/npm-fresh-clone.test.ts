import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const repository = fileURLToPath(new URL('../../', import.meta.url))
const lookEveryMs = 100
/** Mostly the registry's. */
const limitMs = 300_000

let place: string
let npm: ChildProcess | undefined

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'yuyin-clone-'))
})

afterEach(async () => {
  if (npm !== undefined && npm.exitCode === null && npm.signalCode === null) {
    npm.kill('SIGTERM')
    await once(npm, 'close')
  }
  rmSync(place, { recursive: true, force: true })
})

/** The files of the repository as they are now, and nothing that was installed or built. */
function copyRepository(): string {
  const clone = join(place, 'clone')
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
  })
  for (const file of listed.toString().split('\0')) {
    if (file !== '' && existsSync(join(repository, file))) cpSync(join(repository, file), join(clone, file))
  }
  return clone
}

/** Starts `npm start` with an empty npm cache. What it prints can be read while it runs. */
function npmStart(clone: string, scripts: 'blocked' | 'allowed') {
  const ports = ['--http-port', '0', '--sip-port', '0', '--rtp-ports', '0', '--data', join(place, 'data')]
  npm = spawn('npm', ['start', '--', ...ports], {
    cwd: clone,
    env: {
      ...process.env,
      npm_config_cache: join(place, 'cache'),
      npm_config_ignore_scripts: String(scripts === 'blocked'),
      NODE_ENV: '',
    },
  })
  const said = { text: '' }
  npm.stdout?.on('data', (part: Buffer) => {
    said.text += part.toString()
  })
  npm.stderr?.on('data', (part: Buffer) => {
    said.text += part.toString()
  })
  return { npm, said }
}

/** The address that the node wrote down when it was ready. */
async function httpAddress(started: ReturnType<typeof npmStart>): Promise<string> {
  const file = join(place, 'data', 'endpoints.json')
  while (!existsSync(file)) {
    if (started.npm.exitCode !== null) throw new Error(`npm start ended: ${started.said.text}`)
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
  const endpoints: { http: string } = JSON.parse(readFileSync(file, 'utf8'))
  return endpoints.http
}

it.each(['blocked', 'allowed'] as const)(
  'a fresh clone with an empty npm cache serves after npm start, install scripts %s, and ends when told to',
  async (scripts) => {
    const started = npmStart(copyRepository(), scripts)
    const http = await httpAddress(started)

    expect((await fetch(`${http}/readyz`)).status).toBe(200)
    expect(started.said.text).toContain('testId')
    expect(started.said.text).not.toMatch(/npm error|install-scripts/)

    started.npm.kill('SIGTERM')
    // Its output is closed by the service itself, which outlives npm for as long as it needs to stop.
    await once(started.npm, 'close')
    expect(existsSync(join(place, 'data', 'endpoints.json'))).toBe(false)
  },
  limitMs,
)
