import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { EmbeddedRefused } from './embedded-refused.ts'

/** A program and its arguments, ready to be spawned. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/** How the server's programs are run. */
export interface ServerUser {
  /** Whose the server's files must be; absent when they are ours. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
  /**
   * Whether the permission bits let the user enter the folder, or run the program, at the path. The lent capability does
   * not help here: initdb looks for its programs with access(2), which ignores it.
   */
  canReach(path: string): boolean
  /** The command that runs a program as this user. */
  command(file: string, args: readonly string[]): Command
  /** The same for a server: it stops by itself when this process dies, where the system can do that. */
  serverCommand(file: string, args: readonly string[]): Command
}

/** PostgreSQL refuses to run as root, so root lends it one of these users. */
const candidates = ['postgres', 'nobody']

/**
 * Decides as whom the server runs: as ourselves, or, when we are root, as `postgres` or `nobody`. Where that user cannot
 * reach the data folder (below /root, say), it gets the one capability that lets it: CAP_DAC_OVERRIDE.
 *
 * @throws {EmbeddedRefused} when root has no user, or not the rights, to run a server
 */
export function chooseServerUser(dataDir: string): ServerUser {
  const setpriv = hasSetpriv()
  const deathArgs = setpriv ? ['--pdeathsig', 'INT'] : []
  if (process.getuid?.() !== 0) {
    return {
      owner: undefined,
      canReach: () => true,
      command: (file, args) => ({ file, args }),
      serverCommand: (file, args) => wrapped(deathArgs, file, args),
    }
  }
  const owner = candidates.map(lookUp).find((found) => found !== undefined)
  if (owner === undefined || !setpriv) {
    throw new EmbeddedRefused(
      `PostgreSQL does not run as root, and there is no ${owner ? 'program setpriv (package util-linux)' : `user ${candidates.join(' or ')}`} to run it otherwise. Start as another user with YUYIN_DATA set to a folder of that user, or set YUYIN_DATABASE_URL to a PostgreSQL server.`,
    )
  }
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups']
  const overriding = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override']
  if (spawnSync('setpriv', [...identity, ...overriding, 'true']).status !== 0) {
    throw new EmbeddedRefused(
      `This root may not pass over file permissions (capability DAC_OVERRIDE), which it needs to run PostgreSQL as uid ${owner.uid}. Start as another user with YUYIN_DATA set to a folder of that user, or set YUYIN_DATABASE_URL to a PostgreSQL server.`,
    )
  }
  const privileges = isOpenTo(owner, dataDir) ? identity : [...identity, ...overriding]
  return {
    owner,
    canReach: (path) => isOpenTo(owner, path),
    command: (file, args) => wrapped(privileges, file, args),
    serverCommand: (file, args) => wrapped([...privileges, ...deathArgs], file, args),
  }
}

function wrapped(privileges: readonly string[], file: string, args: readonly string[]): Command {
  return privileges.length === 0 ? { file, args } : { file: 'setpriv', args: [...privileges, file, ...args] }
}

function hasSetpriv(): boolean {
  return spawnSync('setpriv', ['--pdeathsig', 'INT', 'true']).status === 0
}

function lookUp(name: string): { uid: number; gid: number } | undefined {
  const [uid, gid] = [idOf(name, '-u'), idOf(name, '-g')]
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

function idOf(name: string, flag: '-u' | '-g'): number | undefined {
  const { error, status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
  if (error !== undefined) throw error
  // Its status says whether there is such a user.
  return status === 0 ? Number(stdout) : undefined
}

/** Whether the permission bits let a user in: through every folder on the way, and into the last one. */
function isOpenTo(user: { uid: number; gid: number }, path: string): boolean {
  const permits = (name: string, bits: number) => {
    const { uid, gid, mode } = statSync(name)
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0
    return ((mode >> shift) & bits) === bits
  }
  for (let folder = path; ; folder = dirname(folder)) {
    if (!permits(folder, 0b001)) return false
    if (folder === dirname(folder)) return true
  }
}
