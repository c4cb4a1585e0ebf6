import { MnsError } from './mns-errors.ts'
import type { XmlNode } from './xml-reader.ts'

/** The text of a child element without space around it; `undefined` when it is absent or empty. */
export function textElement(node: XmlNode, name: string): string | undefined {
  const text = node.children.find((one) => one.name === name)?.text.trim()
  return text === '' ? undefined : text
}

/** A whole number in a child element; `undefined` when it is absent or empty. @throws {MnsError} InvalidArgument */
export function integerElement(node: XmlNode, name: string, min: number, max: number): number | undefined {
  const text = textElement(node, name)
  if (text === undefined) return undefined
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new MnsError('InvalidArgument', `${name} must be a whole number from ${min} to ${max}.`)
}

/** `True` or `False` in a child element, in any case. @throws {MnsError} InvalidArgument */
export function booleanElement(node: XmlNode, name: string): boolean | undefined {
  const text = textElement(node, name)?.toLowerCase()
  if (text === undefined || text === 'true' || text === 'false') return text === undefined ? undefined : text === 'true'
  throw new MnsError('InvalidArgument', `${name} must be True or False.`)
}
