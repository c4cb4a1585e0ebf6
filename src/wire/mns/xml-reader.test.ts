import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { element, renderXml } from '../xml.ts'
import { MnsError } from './mns-errors.ts'
import { readXml, type XmlNode } from './xml-reader.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')
const handles = (node: XmlNode) => node.children.map((one) => one.text)

describe('readXml', () => {
  it.each([
    ['with the namespace', '<ReceiptHandles xmlns="http://mns.aliyuncs.com/doc/v1/">', '</ReceiptHandles>'],
    ['with another namespace', '<ReceiptHandles xmlns="http://mns.aliyuncs.com/doc/v1">', '</ReceiptHandles>'],
    ['with a prefix', '<m:ReceiptHandles xmlns:m="http://mns.aliyuncs.com/doc/v1/">', '</m:ReceiptHandles>'],
    ['without a namespace', '<ReceiptHandles>', '</ReceiptHandles>'],
    [
      'with a BOM and a declaration',
      '\uFEFF<?xml version="1.0" encoding="utf-8"?>\r\n<ReceiptHandles>',
      '</ReceiptHandles>',
    ],
    ['with white space and comments', '<!-- a --> <ReceiptHandles >\n<!-- b -->', '</ReceiptHandles >\n<!-- c -->\n'],
  ])('reads a body %s', (_name, open, close) => {
    const node = readXml(bytes(`${open}<ReceiptHandle>1-a==</ReceiptHandle><ReceiptHandle>1-b</ReceiptHandle>${close}`))
    expect(node.name).toBe('ReceiptHandles')
    expect(handles(node)).toEqual(['1-a==', '1-b'])
  })

  it('resolves the five entities, character references and CDATA', () => {
    const node = readXml(bytes('<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x8BED;<![CDATA[<b>&]]></a>'))
    expect(node.text).toBe(`<>&"'A语<b>&`)
  })

  it.each([
    ['DOCTYPE', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
    ['DOCTYPE after a declaration', '<?xml version="1.0"?><!DOCTYPE a><a/>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an inherited property as entity', '<a>&constructor;</a>'],
    ['a bare ampersand', '<a>b & c</a>'],
    ['an entity without its semicolon', '<a>&lt</a>'],
    ['a character that XML does not know', '<a>\u0001</a>'],
    ['such a character by reference', '<a>&#0;</a>'],
    ['a reference past the last character', '<a>&#x110000;</a>'],
    ['a processing instruction', '<a><?php x ?></a>'],
    ['an element that is not closed', '<a><b></a>'],
    ['an unquoted attribute', '<a b=c/>'],
    ['two roots', '<a/><b/>'],
    ['text before the root', 'x<a/>'],
    ['nothing', ''],
    ['an end in the middle', '<a><b>'],
    ['a comment without end', '<a><!-- </a>'],
    ['another encoding', '<?xml version="1.0" encoding="GBK"?><a/>'],
    ['nine levels', '<a>'.repeat(9) + '</a>'.repeat(9)],
  ])('refuses %s', (_name, text) => {
    expect(() => readXml(bytes(text))).toThrow(expect.objectContaining({ code: 'MalformedXML' }))
  })

  it('refuses what is not UTF-8', () => {
    expect(() => readXml(Buffer.from([0x3c, 0xff, 0x2f, 0x3e]))).toThrow(MnsError)
  })

  it('reads back what the writer wrote', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 30 })
      .filter((one) => !/[^\t\n\r -\uD7FF\uE000-\uFFFD]/.test(one))
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const written = renderXml(
          element(
            'Root',
            texts.map((one) => element('Item', one)),
          ),
        )
        expect(handles(readXml(bytes(written)))).toEqual(texts)
      }),
    )
  })

  it('never fails in another way, whatever the bytes', () => {
    const tokens = [
      '<',
      '>',
      '/',
      'a',
      '=',
      '"',
      '&',
      ';',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?xml ',
      '?>',
      '<a>',
      '</a>',
    ]
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.array(fc.constantFrom(...tokens)).map((all) => bytes(all.join(''))),
        ),
        (body) => {
          try {
            readXml(body)
          } catch (error) {
            expect(error).toBeInstanceOf(MnsError)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('takes a body of the largest size made to be slow', () => {
    for (const piece of ['<a ', ' ', '&', '<!--', '<a b="', '<![CDATA[', '</', '<a>']) {
      const body = bytes(`<r>${piece.repeat(Math.floor(65_000 / piece.length))}`)
      expect(() => readXml(body)).toThrow(MnsError)
    }
  })
})
