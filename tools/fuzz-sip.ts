/**
 * `npm run fuzz -- sip [--count 1000000] [--seconds 1500] [--seed n]`: throws messages at the SIP parser, by the grammar and
 * mutated. Fails when one throws, or takes over 5 ms of work. A message that seems slow is measured again, alone, and its
 * best of ten counts: what a busy machine adds is noise, what stays is cost.
 */
import { parseArgs } from 'node:util'
import { deflateRawSync } from 'node:zlib'
import { Dice } from '../src/sip/torture/fuzz/dice.ts'
import { validLines } from '../src/sip/torture/fuzz/grammar.ts'
import { mutated } from '../src/sip/torture/fuzz/mutate.ts'
import { type Finding, probe } from '../src/sip/torture/fuzz/probe.ts'

const mostMs = 5

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '1500' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
  },
})

if (positionals.some((name) => name !== 'sip')) {
  console.error(`There is a fuzzer for sip only, not for ${positionals.join(', ')}.`)
  process.exitCode = 2
} else {
  run(numberOf('count'), numberOf('seconds') * 1000, numberOf('seed'))
}

function numberOf(name: 'count' | 'seconds' | 'seed'): number {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number >= 0) return number
  throw new RangeError(`--${name} takes a whole number, not ${JSON.stringify(values[name])}`)
}

function run(count: number, limitMs: number, seed: number): void {
  console.log(`sip: ${count.toLocaleString('en')} messages, seed ${seed}`)
  warmUp()
  const dice = new Dice(seed)
  const found = new Map<Finding | 'thrown', number>()
  const startMs = performance.now()
  let slowest: { ms: number; bytes: Buffer } = { ms: 0, bytes: Buffer.alloc(0) }
  let remeasured = 0
  let done = 0
  for (; done < count && performance.now() - startMs < limitMs; done++) {
    const lines = validLines(dice)
    const bytes = dice.oneIn(10) ? Buffer.from(lines.join('\r\n')) : mutated(lines, dice)
    const first = measure(bytes)
    found.set(first.finding, (found.get(first.finding) ?? 0) + 1)
    if (first.finding === 'thrown') console.error(`thrown: ${String(first.error)}\n  ${shown(bytes)}`)
    if (first.ms > slowest.ms) {
      remeasured++
      const ms = bestOf(10, bytes)
      if (ms > slowest.ms) slowest = { ms, bytes }
    }
    if (done % 100_000 === 99_999) console.log(`  ${(done + 1).toLocaleString('en')} …`)
  }
  const seconds = (performance.now() - startMs) / 1000
  console.log(`  ${done.toLocaleString('en')} in ${seconds.toFixed(1)} s: ${JSON.stringify(Object.fromEntries(found))}`)
  console.log(
    `  ${remeasured} were measured again; slowest ${slowest.ms.toFixed(3)} ms, ${slowest.bytes.length} bytes:`,
  )
  console.log(`  ${shown(slowest.bytes)}`)
  if (done < count) console.log(`  stopped by --seconds`)
  if (found.has('thrown') || slowest.ms > mostMs) process.exitCode = 1
}

/** The compiler must have seen every path before a time means anything. */
function warmUp(): void {
  const dice = new Dice(0)
  for (let one = 0; one < 20_000; one++) measure(mutated(validLines(dice), dice))
}

function measure(bytes: Buffer): { ms: number; finding: Finding | 'thrown'; error?: unknown } {
  const start = performance.now()
  try {
    const finding = probe(bytes)
    return { ms: performance.now() - start, finding }
  } catch (error) {
    return { ms: performance.now() - start, finding: 'thrown', error }
  }
}

function bestOf(times: number, bytes: Buffer): number {
  return Math.min(...Array.from({ length: times }, () => measure(bytes).ms))
}

function shown(bytes: Buffer): string {
  const text = JSON.stringify(bytes.toString('latin1'))
  if (text.length <= 600) return text
  return `${text.slice(0, 600)}…\n  all of it, raw deflate in base64: ${deflateRawSync(bytes).toString('base64')}`
}
