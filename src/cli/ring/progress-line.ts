import type { Clock, Timer } from '../../lib/clock.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 100

/** A line that moves while something lasts, at the foot of what was printed. Silent where there is no terminal. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #clock: Clock
  #text = ''
  #frame = 0
  #timer: Timer | undefined

  constructor(stream: NodeJS.WriteStream, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
  }

  /** Shows the text until the next `show`, `above` or `clear`. */
  show(text: string): void {
    this.#text = text
    if (this.#stream.isTTY && this.#timer === undefined) this.#draw()
  }

  /** Prints a line that stays, above the moving one. */
  above(line: string): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K')
    this.#stream.write(`${line}\n`)
  }

  clear(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K')
  }

  #draw(): void {
    this.#frame = (this.#frame + 1) % frames.length
    this.#stream.write(`\r\x1b[K            ${frames[this.#frame] ?? ''} ${this.#text}`)
    this.#timer = this.#clock.after(frameMs, () => this.#draw())
  }
}
