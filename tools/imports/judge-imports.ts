import { posix } from 'node:path'
import { findImports } from './find-imports.ts'
import { type ImportRow, testsMayAlso } from './import-table.ts'

/** Source files by path relative to the repository, forward slashes: `src/lib/clock.ts`. */
export type Sources = ReadonlyMap<string, string>

/** An import that the table does not allow. */
export interface Offence {
  readonly file: string
  readonly line: number
  readonly specifier: string
  readonly why: string
}

/** Every import of files below `src` that the table does not allow. */
export function judgeImports(sources: Sources, rows: readonly ImportRow[]): Offence[] {
  const offences: Offence[] = []
  for (const [file, text] of sources) {
    if (!file.startsWith('src/')) continue
    const row = rowOf(file, rows)
    if (row === undefined) {
      offences.push({
        file,
        line: 1,
        specifier: '',
        why: `no row for ${partOf(file)} in tools/imports/import-table.ts`,
      })
      continue
    }
    for (const { specifier, line } of findImports(text)) {
      const why = judge(file, specifier, row)
      if (why !== undefined) offences.push({ file, line, specifier, why })
    }
  }
  return offences
}

/** The file that a relative specifier names, relative to the repository; `undefined` for packages. */
export function targetOf(file: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined
}

/** @returns why the import is not allowed, `undefined` when it is. */
function judge(file: string, specifier: string, row: ImportRow): string | undefined {
  const isTest = file.endsWith('.test.ts')
  const target = targetOf(file, specifier)
  if (target === undefined) {
    if (isTest || row.packages === undefined || matches(specifier, row.packages)) return undefined
    return `${row.part} may import the packages ${row.packages.join(', ')} (${row.because})`
  }
  if (isTest && testsMayAlso.some((folder) => target.startsWith(`${folder}/`))) return undefined
  if (!target.startsWith('src/')) return `the program may import nothing outside src`
  if (target.endsWith('.test.ts')) return 'tests are not imported'
  const allowed = [row.part, ...row.may]
  const inside = target.slice('src/'.length)
  if (allowed.some((one) => one === '*' || inside === one || inside.startsWith(`${one}/`))) return undefined
  return `${row.part} may import ${row.may.join(', ') || 'nothing but itself'} (${row.because})`
}

function matches(specifier: string, packages: readonly string[]): boolean {
  return packages.some((one) =>
    one.endsWith('*') ? specifier.startsWith(one.slice(0, -1)) : specifier === one || specifier.startsWith(`${one}/`),
  )
}

function rowOf(file: string, rows: readonly ImportRow[]): ImportRow | undefined {
  const part = partOf(file).replace('.test.ts', '.ts')
  const row = rows.find((one) => one.part === part)
  return row ?? (part.endsWith('.ts') ? rows.find((one) => one.part === '*.ts') : undefined)
}

/** `src/lib/clock.ts` is in `lib`; `src/main.ts` is its own part. */
function partOf(file: string): string {
  return file.split('/')[1] ?? file
}
