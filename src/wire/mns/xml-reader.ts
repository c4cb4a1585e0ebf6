import { utf8Decoded } from '../../lib/decode-text.ts'
import { MnsError } from './mns-errors.ts'

/** An element as it was read: prefix and attributes are dropped, text is what stands directly in it. */
export interface XmlNode {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlNode[]
}

const deepest = 8
/** Local name of a qualified name (Namespaces in XML §4), ASCII only: the protocol has no others. */
const qualifiedName = String.raw`(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)`
const openTag = new RegExp(
  String.raw`<${qualifiedName}(?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(/?)>`,
  'y',
)
const closeTag = new RegExp(String.raw`</${qualifiedName}\s*>`, 'y')
const declaration = /<\?xml\s[^?]*\?>/y
const encodingName = /\bencoding\s*=\s*["']([^"']*)["']/
const blank = /\s*/y
const notXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/**
 * Reads the XML body of a queue request: UTF-8, with or without BOM, any or no namespace. Strict and small on purpose:
 * no DOCTYPE, no entities beyond the five of XML 1.0 §4.6, no processing instructions, at most eight levels. Takes
 * time linear in the length of the body.
 *
 * @throws {MnsError} MalformedXML, saying what is wrong
 */
export function readXml(body: Uint8Array): XmlNode {
  const reader = new Reader(decode(body))
  return reader.document()
}

function decode(body: Uint8Array): string {
  const text = utf8Decoded(body)?.replace(/^\uFEFF/, '')
  if (text === undefined) throw malformed('it is not UTF-8')
  return text
}

function malformed(why: string): MnsError {
  return new MnsError('MalformedXML', `The XML body cannot be read: ${why}.`)
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
    if (notXml.test(text)) throw malformed('it holds a character that XML does not know')
  }

  document(): XmlNode {
    const prolog = this.#take(declaration)?.[0]
    const encoding = prolog === undefined ? undefined : encodingName.exec(prolog)?.[1]
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') throw malformed('its encoding must be UTF-8')
    this.#skipMisc()
    const root = this.#element(1)
    this.#skipMisc()
    if (this.#at < this.#text.length) throw malformed('something follows the root element')
    return root
  }

  #element(depth: number): XmlNode {
    this.#refuseMarkup()
    const tag = this.#take(openTag)
    const name = tag?.[1]
    if (tag === undefined || name === undefined) throw malformed('an element was expected')
    if (depth > deepest) throw malformed(`it is more than ${deepest} elements deep`)
    return tag[2] === '/' ? { name, text: '', children: [] } : this.#content(name, depth)
  }

  #content(name: string, depth: number): XmlNode {
    const children: XmlNode[] = []
    const texts: string[] = []
    for (;;) {
      texts.push(this.#characters())
      if (this.#startsWith('<!--')) this.#comment()
      else if (this.#startsWith('<![CDATA[')) texts.push(this.#until('<![CDATA[', ']]>'))
      else if (this.#startsWith('</')) break
      else children.push(this.#element(depth + 1))
    }
    if (this.#take(closeTag)?.[1] !== name) throw malformed(`<${name}> is not closed`)
    return { name, text: texts.join(''), children }
  }

  /** Text up to the next markup, its references resolved. */
  #characters(): string {
    const end = this.#text.indexOf('<', this.#at)
    if (end < 0) throw malformed('it ends in the middle')
    const raw = this.#text.slice(this.#at, end)
    this.#at = end
    return raw.includes('&') ? raw.replace(/&([^;&]{0,10});?/g, resolveReference) : raw
  }

  #skipMisc(): void {
    this.#take(blank)
    while (this.#startsWith('<!--')) {
      this.#comment()
      this.#take(blank)
    }
  }

  #comment(): void {
    this.#until('<!--', '-->')
  }

  #until(open: string, close: string): string {
    const start = this.#at + open.length
    const end = this.#text.indexOf(close, start)
    if (end < 0) throw malformed(`${open} is not closed`)
    this.#at = end + close.length
    return this.#text.slice(start, end)
  }

  #refuseMarkup(): void {
    if (this.#startsWith('<!DOCTYPE')) throw malformed('DOCTYPE is not allowed')
    if (this.#startsWith('<?')) throw malformed('processing instructions are not allowed')
  }

  #startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#at)
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return undefined
    this.#at = pattern.lastIndex
    return found
  }
}

const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function resolveReference(reference: string, name: string): string {
  const known = Object.hasOwn(predefined, name) ? predefined[name] : undefined
  const character = known ?? numericCharacter(name)
  if (character === undefined || !reference.endsWith(';')) throw malformed('it holds an entity that is not allowed')
  return character
}

function numericCharacter(name: string): string | undefined {
  const digits = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name)
  if (digits === null) return undefined
  const code = digits[1] !== undefined ? Number.parseInt(digits[1], 16) : Number(digits[2])
  if (code > 0x10ffff) return undefined
  const character = String.fromCodePoint(code)
  return notXml.test(character) ? undefined : character
}
