import { longName, spelledName } from './header-names.ts'
import { isToken } from './token.ts'

/** Raised when a header that this end builds would break the message: a line break in a value, a name that is no token. */
export class IllegalHeader extends Error {
  override readonly name = 'IllegalHeader'
}

/**
 * The headers of a message in the order of the wire. Names are long and lower-case (see `header-names.ts`); values are text,
 * unfolded and trimmed, parsed only by whoever needs them.
 */
export class Headers {
  readonly #names: string[] = []
  readonly #values: string[] = []

  /** Makes headers from pairs. @throws {IllegalHeader} */
  static of(entries: Iterable<readonly [name: string, value: string]>): Headers {
    const headers = new Headers()
    for (const [name, value] of entries) headers.add(name, value)
    return headers
  }

  /** The value of the first header of that name, as it stands. */
  first(name: string): string | undefined {
    const index = this.#names.indexOf(name)
    return index < 0 ? undefined : this.#values[index]
  }

  /** The values of all headers of that name, one per line, commas untouched. */
  all(name: string): string[] {
    return this.#values.filter((_, index) => this.#names[index] === name)
  }

  /** How many headers have that name. */
  count(name: string): number {
    let count = 0
    for (const one of this.#names) if (one === name) count++
    return count
  }

  /** Appends a header. @throws {IllegalHeader} */
  add(name: string, value: string): this {
    const long = longName(name)
    checkHeader(long, value)
    this.#names.push(long)
    this.#values.push(value)
    return this
  }

  /** Puts a header in front of all others. @throws {IllegalHeader} */
  prepend(name: string, value: string): this {
    const long = longName(name)
    checkHeader(long, value)
    this.#names.unshift(long)
    this.#values.unshift(value)
    return this
  }

  /** Replaces the first header of that name, or appends one. @throws {IllegalHeader} */
  set(name: string, value: string): this {
    const long = longName(name)
    const index = this.#names.indexOf(long)
    if (index < 0) return this.add(name, value)
    checkHeader(long, value)
    this.#values[index] = value
    return this
  }

  /** Removes every header of that name. */
  remove(name: string): this {
    for (let index = this.#names.indexOf(name); index >= 0; index = this.#names.indexOf(name)) {
      this.#names.splice(index, 1)
      this.#values.splice(index, 1)
    }
    return this
  }

  /** The parser's way in: the line was split at line breaks, so nothing can be injected. */
  addParsed(longNameOfHeader: string, value: string): void {
    this.#names.push(longNameOfHeader)
    this.#values.push(value)
  }

  /** The parser's way to unfold: more text for the last header (RFC 3261 §7.3.1: folding counts as one space). */
  continueLast(text: string): void {
    const last = this.#values.length - 1
    const value = this.#values[last]
    // Appending is free, cutting is not: thousands of folded lines would copy the whole value each time.
    if (value !== undefined && text !== '') this.#values[last] = value === '' ? text : `${value} ${text}`
  }

  get size(): number {
    return this.#names.length
  }

  copy(): Headers {
    const copy = new Headers()
    copy.#names.push(...this.#names)
    copy.#values.push(...this.#values)
    return copy
  }

  /** Pairs of long lower-case name and value. */
  entries(): [name: string, value: string][] {
    return this.#names.map((name, index) => [name, this.#values[index] ?? ''])
  }

  /** The lines as they go on the wire, each ended by CRLF; without Content-Length, which only the serializer knows. */
  toString(): string {
    let text = ''
    for (let index = 0; index < this.#names.length; index++) {
      const name = this.#names[index] ?? ''
      if (name !== 'content-length') text += `${spelledName(name)}: ${this.#values[index]}\r\n`
    }
    return text
  }
}

/** What would break a message. A NUL is text only as a quoted-pair (RFC 3261 §25.1), and such a value may be repeated. */
const breaking = /[\r\n]|(?<!\\)\0/

function checkHeader(name: string, value: string): void {
  if (!isToken(name)) throw new IllegalHeader(`header name is not a token: ${JSON.stringify(name)}`)
  if (breaking.test(value)) throw new IllegalHeader(`line break in the value of header ${name}`)
}
