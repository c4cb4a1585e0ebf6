import { table } from '../../src/cli/output.ts'

/** How a client fared: it was done, it was refused as documented, or something was not as promised. */
export type Mark = '✓' | '–' | '✗'

/** Clients by what they did: filled while the suite runs, printed at its end. */
export class ConformanceTable {
  readonly #title: string
  readonly #marks = new Map<string, Map<string, Mark>>()

  constructor(title: string) {
    this.#title = title
  }

  mark(client: string, what: string, mark: Mark): void {
    const row = this.#marks.get(what) ?? new Map<string, Mark>()
    this.#marks.set(what, row.set(client, mark))
  }

  /** Clients stand in columns under a letter, with their names below. */
  text(): string {
    const clients = [...new Set([...this.#marks.values()].flatMap((row) => [...row.keys()]))]
    const letterOf = (index: number) => String.fromCharCode(65 + index)
    const rows = [...this.#marks].map(([what, row]) => [what, ...clients.map((client) => row.get(client) ?? ' ')])
    const names = clients.map((client, index) => `  ${letterOf(index)}  ${client}`)
    const head = [this.#title, ...clients.map((_, index) => letterOf(index))]
    return `\n${table(head, rows)}\n\n✓ done   – refused as documented   ✗ not as promised\n${names.join('\n')}\n`
  }
}
