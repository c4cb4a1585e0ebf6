/** One measured value. `runs` are the single measurements whose median is `value`. */
export interface Figure {
  /** What was measured, in a word or two: `accepts`, `latency p99`. */
  figure: string
  value: number
  /** `calls/s`, `ms`, `%`. */
  unit: string
  /** The same work done by something that others know, in the same run and unit. */
  yardstick?: number
  /** `value / yardstick`. */
  ratio?: number
  runs: number[]
}

/** Where a bench says what it found and how far it is. */
export interface Report {
  figure(figure: Figure): void
  /** A line for the person who waits; not part of the result. */
  progress(text: string): void
}

/** What a file `bench/<name>.ts` exports as `bench`. */
export interface Bench {
  /** The name of its file. */
  name: string
  /** One line for `npm run bench -- --list`. */
  summary: string
  /** Measures at least three times. Rejects when it cannot measure. */
  run(report: Report): Promise<void>
}

/** A figure together with the bench that found it. */
export interface BenchFigure extends Figure {
  bench: string
}

/** One line for programs: the figure as JSON, numbers to four significant digits. */
export function figureLine(found: BenchFigure, machine: string): string {
  return JSON.stringify({
    bench: found.bench,
    figure: found.figure,
    value: rounded(found.value),
    unit: found.unit,
    ...(found.yardstick === undefined ? {} : { yardstick: rounded(found.yardstick) }),
    ...(found.ratio === undefined ? {} : { ratio: rounded(found.ratio) }),
    runs: found.runs.map(rounded),
    machine,
  })
}

/** The figures as a table for people, columns aligned. */
export function figureTable(figures: readonly BenchFigure[]): string {
  const head = ['bench', 'figure', 'value', 'unit', 'yardstick', 'ratio', 'runs']
  const rows = figures.map((one) => [
    one.bench,
    one.figure,
    shown(one.value),
    one.unit,
    shown(one.yardstick),
    shown(one.ratio),
    one.runs.map(shown).join(' '),
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  return [head, ...rows]
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

function shown(value: number | undefined): string {
  return value === undefined ? '' : String(rounded(value))
}
