/** An element to be written: its name, what is in it, and its attributes. Names are our own and are not checked. */
export interface XmlElement {
  readonly name: string
  readonly content: XmlContent
  readonly attributes?: Readonly<Record<string, string>>
}

/** Text, or elements in order. */
export type XmlContent = string | number | boolean | readonly XmlElement[]

/** Shorthand for an element. */
export function element(name: string, content: XmlContent, attributes?: Readonly<Record<string, string>>): XmlElement {
  return attributes === undefined ? { name, content } : { name, content, attributes }
}

/** The document with `root` as its only element, with an XML declaration and without white space between elements. */
export function renderXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${renderElement(root)}`
}

/** Text that may stand in an element or in a quoted attribute. Characters XML 1.0 §2.2 does not know become U+FFFD. */
export function escapeXml(text: string): string {
  return needsEscape.test(text) ? text.replace(forbidden, '\uFFFD').replace(special, entityOf) : text
}

const needsEscape = /[<>&"'\r]|[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu
const special = /[<>&"'\r]/g

const entities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
  // A bare carriage return would be read back as a line feed (XML 1.0 §2.11).
  '\r': '&#13;',
}

function entityOf(character: string): string {
  return entities[character] ?? character
}

function renderElement(one: XmlElement): string {
  let open = one.name
  for (const [name, value] of Object.entries(one.attributes ?? {})) open += ` ${name}="${escapeXml(value)}"`
  return `<${open}>${renderContent(one.content)}</${one.name}>`
}

function renderContent(content: XmlContent): string {
  if (typeof content === 'string') return escapeXml(content)
  if (typeof content !== 'object') return String(content)
  return content.map(renderElement).join('')
}
