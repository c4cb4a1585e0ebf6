import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { buildNative, nativeMeans, nativeSources } from './build-native.js'
import { inProject } from './project.js'
import { lastLines, runInstalled } from './run-process.js'

const stampName = '.built-from'
/** Besides the sources: what decides how they are compiled. */
const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']
/** Left out of the program: tests, and pages for readers of the source. */
const notPartOfProgram = /\.test\.ts$|\.md$/

/** Whether `dist` holds what the sources say. Reads every source file: some ten milliseconds. */
export function isBuilt() {
  const stamp = inProject(`dist/${stampName}`)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesDigest(sourceFiles())
}

/**
 * Compiles `src` to `dist` and says so. @see buildStep
 *
 * @returns {Promise<void>}
 * @throws {BuildFailed}
 */
export async function build() {
  process.stdout.write('Building … ')
  const result = await compile()
  console.log(result.ok ? `done in ${result.seconds.toFixed(1)} s` : 'failed')
  if (result.whyNotNative !== undefined) {
    console.log(`Without native sockets, RTP costs more of the processor (docs/rtp.md): ${result.whyNotNative}`)
  }
  if (result.ok) return
  throw new BuildFailed(`${lastLines(result.output, 40)}\n\nThe sources do not compile; the messages above say where.`)
}

/** Builds when there is something to build, as one step of several. */
export async function buildStep() {
  return isBuilt() ? { ok: true, output: '', seconds: 0 } : compile()
}

/**
 * Compiles `src` and `native` to `dist` and copies what is not TypeScript (SQL). The new program takes the place of the
 * old one only when it is complete; a build that fails leaves the old one as it was.
 *
 * @returns {Promise<import('./run-process.js').RunResult & { whyNotNative?: string | undefined }>}
 */
async function compile() {
  const files = sourceFiles()
  const digest = sourcesDigest(files)
  const fresh = inProject(`dist.new-${process.pid}`)
  try {
    const result = await runInstalled('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', fresh])
    if (!result.ok) return result
    for (const file of files.filter((one) => !one.endsWith('.ts'))) {
      cpSync(inProject(`src/${file}`), join(fresh, file), { recursive: true })
    }
    const whyNotNative = await buildNative(fresh)
    writeFileSync(join(fresh, stampName), digest)
    replaceFolder(inProject('dist'), fresh)
    return { ...result, whyNotNative }
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** Builds when `dist` is missing or older than the sources. @throws {BuildFailed} */
export async function ensureBuilt() {
  if (!isBuilt()) await build()
}

/** The sources do not compile; the message is the compiler's. */
export class BuildFailed extends Error {
  /** @override */
  name = 'BuildFailed'
}

/** Paths below `src` that make up the program, with forward slashes, sorted. */
function sourceFiles() {
  const folder = inProject('src')
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !notPartOfProgram.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** @param {readonly string[]} files */
function sourcesDigest(files) {
  // With a compiler that was not there before, there is something to build.
  const hash = createHash('sha256').update(JSON.stringify(nativeMeans()))
  for (const file of [...settings, ...nativeSources(), ...files.map((one) => `src/${one}`)]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(inProject(file)))
      .update('\0')
  }
  return hash.digest('hex')
}

/**
 * @param {string} place
 * @param {string} fresh
 */
function replaceFolder(place, fresh) {
  const old = `${place}.old-${process.pid}`
  if (existsSync(place)) renameSync(place, old)
  renameSync(fresh, place)
  rmSync(old, { recursive: true, force: true })
}
