import type { Lock } from '../lockfile/lock-rules.ts'

/** SPDX names of licences whose code may be distributed with ours under Apache-2.0. */
export const fittingLicences: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PostgreSQL',
  'Unlicense',
])

/** A package that is used although its licence does not fit, because it is not part of our program. */
export interface SeparateProgram {
  readonly name: string
  readonly licence: string
  readonly because: string
}

export const separatePrograms: readonly SeparateProgram[] = [
  {
    name: '@echogarden/espeak-ng-emscripten',
    licence: 'GPL-3.0',
    because: 'optional, runs in a process of its own and is spoken to by messages; see NOTICE and docs/adr/0006',
  },
]

/** One installed package that the running service may load. */
export interface LicensedPackage {
  readonly name: string
  readonly version: string
  /** SPDX expression as the package states it, empty when it states none. */
  readonly licence: string
}

/** What the service may load: everything in the lock but development dependencies. Each name and version once. */
export function productionPackages(lock: Lock): LicensedPackage[] {
  const packages = new Map<string, LicensedPackage>()
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (place === '' || entry.dev === true) continue
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const version = entry.version ?? ''
    packages.set(`${name}@${version}`, { name, version, licence: entry.license ?? '' })
  }
  return [...packages.values()]
}

/** Whether an SPDX expression is fitting: one branch of an OR, all parts of an AND. */
export function fits(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((branch) => branch.split(' AND ').every((licence) => fittingLicences.has(licence.trim())))
}

/** Packages that may not be used as they are. */
export function unfitting(packages: readonly LicensedPackage[]): LicensedPackage[] {
  return packages.filter(
    ({ name, licence }) =>
      !fits(licence) && !separatePrograms.some((one) => one.name === name && licence.startsWith(one.licence)),
  )
}
