import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStringPromise } from 'xml2js'
import { element, escapeXml, renderXml } from './xml.ts'

describe('renderXml', () => {
  it('writes elements in order, with attributes, numbers and booleans', () => {
    const root = element('Queue', [element('Size', 3), element('Open', true)], { xmlns: 'http://example.com/a?b=1&c' })
    expect(renderXml(root)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>' +
        '<Queue xmlns="http://example.com/a?b=1&amp;c"><Size>3</Size><Open>true</Open></Queue>',
    )
  })

  it('escapes text', () => {
    expect(escapeXml(`<a href="x">Tom & Jerry's</a>\r`)).toBe(
      '&lt;a href=&quot;x&quot;&gt;Tom &amp; Jerry&apos;s&lt;/a&gt;&#13;',
    )
  })

  it('replaces characters that XML does not know', () => {
    expect(escapeXml('a\u0000b\u001fc\ud800d')).toBe('a\ufffdb\ufffdc\ufffdd')
    expect(escapeXml('语音 📞\t\n')).toBe('语音 📞\t\n')
  })
})

it('is read back by another parser as it was meant, whatever the text', async () => {
  const lone = /\p{Cs}/gu
  const unknown = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(']]>', '\r\n', '&amp;'),
  )
  await fc.assert(
    fc.asyncProperty(text, text, async (one, two) => {
      const root = element('Root', [element('A', `[${one}]`), element('B', `[${two}]`)])
      const meant = (raw: string) => `[${raw.replace(lone, '\ufffd').replace(unknown, '\ufffd')}]`
      expect(await parseStringPromise(renderXml(root))).toEqual({ Root: { A: [meant(one)], B: [meant(two)] } })
    }),
  )
})
