/** One entry of package-lock.json (lockfileVersion 3), as far as our rules look at it. */
export interface LockEntry {
  version?: string
  resolved?: string
  integrity?: string
  license?: string
  dev?: boolean
  devOptional?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

/** package-lock.json: the key is the place, `node_modules/fastify`; the root package has the empty key. */
export interface Lock {
  packages: Record<string, LockEntry>
}

/** An optional dependency that a package names and the lock does not hold. */
export interface MissingPlatform {
  /** The package that names it. */
  dependent: string
  name: string
  version: string
  dev: boolean
}

const systems = new Set(['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'win32'])

/**
 * Entries that name the host a package came from. The lock must be usable with any registry, so it holds versions and
 * checksums only.
 */
export function entriesWithHost(lock: Lock): string[] {
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.resolved !== undefined && /^\w+:\/\//.test(entry.resolved))
    .map(([place]) => place)
}

/**
 * Optional packages without an entry. A registry that does not carry the build of every platform makes npm leave them
 * out, and `npm ci` then refuses the whole lock, on every platform.
 */
export function missingPlatforms(lock: Lock): MissingPlatform[] {
  const missing: MissingPlatform[] = []
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (placesSeenFrom(place, name).some((candidate) => lock.packages[candidate] !== undefined)) continue
      missing.push({ dependent: place, name, version, dev: entry.dev === true })
    }
  }
  return missing
}

/**
 * The lock with an entry for each missing optional package: version, system, processor and C library as its name tells.
 * Such an entry carries no checksum; npm adds it on the first machine that installs the package.
 *
 * @throws {Error} when a name does not tell its system
 */
export function withMissingPlatforms(lock: Lock): Lock {
  const packages = { ...lock.packages }
  for (const one of missingPlatforms(lock)) {
    packages[`node_modules/${one.name}`] = {
      version: one.version,
      ...platformOf(one.name),
      ...(one.dev ? { dev: true } : {}),
      optional: true,
    }
  }
  return { ...lock, packages: Object.fromEntries(Object.entries(packages).sort(byPlace)) }
}

/** What `@scope/tool-linux-arm64-musl` runs on. @throws {Error} when the name names no system. */
export function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const words = (name.split('/').at(-1) ?? '').split('-')
  const at = words.findIndex((word) => systems.has(word))
  const [os, cpu, flavour] = words.slice(at)
  if (at < 0 || os === undefined || cpu === undefined) throw new Error(`${name} does not tell which system it is for`)
  if (os !== 'linux' || flavour === undefined) return { os: [os], cpu: [cpu] }
  return { os: [os], cpu: [cpu], libc: [flavour.startsWith('musl') ? 'musl' : 'glibc'] }
}

/** Node's lookup of `name` from the package at `place`: innermost `node_modules` first. */
function placesSeenFrom(place: string, name: string): string[] {
  const places: string[] = []
  for (let at = place; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    places.push(at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`)
    if (at === '') return places
  }
}

function byPlace([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1
}
