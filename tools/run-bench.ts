/**
 * Runs one bench in this process: `run-bench.ts <name>`. With `--summary` it only tells what the bench measures. Started
 * by tools/bench.js, which gets each figure as a message.
 */
import { cpus } from 'node:os'
import { basename } from 'node:path'
import { type Bench, type BenchFigure, figureLine } from '../bench/report.ts'

const name = basename(process.argv[2] ?? '')
const { bench }: { bench: Bench } = await import(`../bench/${name}.ts`)

if (process.argv.includes('--summary')) {
  console.log(`${bench.name.padEnd(12)}${bench.summary}`)
} else {
  process.once('disconnect', () => process.exit(1))
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`
  await bench.run({
    figure(figure) {
      const found: BenchFigure = { bench: bench.name, ...figure }
      console.log(figureLine(found, machine))
      process.send?.(found)
    },
    progress: (text) => console.error(`${bench.name}: ${text}`),
  })
}
// A bench that leaves something open must not hold up the next one.
process.exit()
