import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Template } from './template.ts'
import { checkVariables, readVariables, templateParts, variableNames } from './template-variables.ts'

function template(kind: Template['kind'], text: string): Template {
  return { code: 'TTS_1', accountId: '1', kind, text, review: 'approved' }
}
const code = template('verification', '您的验证码是${code}，五分钟内有效。')
const notice = template('notification', '${name}您好，您预约的时间是${time}。')

describe('templateParts', () => {
  it('takes text and variables apart, in order', () => {
    expect(templateParts('${a}，${ b_1 }！${a}')).toEqual([
      { variable: 'a' },
      { text: '，' },
      { variable: 'b_1' },
      { text: '！' },
      { variable: 'a' },
    ])
    expect(variableNames(templateParts('${a}，${ b_1 }！${a}'))).toEqual(['a', 'b_1'])
  })

  it('leaves text without variables whole, whatever it holds', () => {
    expect(templateParts('价格 $5 {x} ${')).toEqual([{ text: '价格 $5 {x} ${' }])
    expect(templateParts('')).toEqual([])
  })
})

describe('readVariables', () => {
  it('reads strings and exact numbers', () => {
    expect(readVariables('{"code":"0123","n":42,"price":1.5}')).toEqual(
      new Map([
        ['code', '0123'],
        ['n', '42'],
        ['price', '1.5'],
      ]),
    )
    expect(readVariables('')).toEqual(new Map())
    expect(readVariables('{"__proto__":"x"}')).toEqual(new Map([['__proto__', 'x']]))
  })

  it.each(['{', '[]', '"x"', 'null', '1', '{"a":null}', '{"a":true}', '{"a":{}}', '{"a":12345678901234567890}'])(
    'refuses %s',
    (json) => {
      expect(readVariables(json)).toBeUndefined()
    },
  )

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (json) => void readVariables(json)))
  })
})

describe('checkVariables', () => {
  it.each([
    [code, { code: 'a1B2' }, undefined],
    [code, {}, { problem: 'missing', variable: 'code' }],
    [code, { code: '' }, { problem: 'missing', variable: 'code' }],
    [code, { code: '12 34' }, { problem: 'notLettersAndDigits', variable: 'code' }],
    [code, { code: '一二三' }, { problem: 'notLettersAndDigits', variable: 'code' }],
    [code, { code: '1234', other: 'http://x.com' }, undefined],
    [notice, { name: '张三', time: '3.14 上午' }, undefined],
    [notice, { name: '张三' }, { problem: 'missing', variable: 'time' }],
    [notice, { name: '请看 https://a.b/c', time: 'x' }, { problem: 'url', variable: 'name' }],
    [notice, { name: '请看 WWW.x.y', time: 'x' }, { problem: 'url', variable: 'name' }],
    [notice, { name: '请看example.com谢谢', time: 'x' }, { problem: 'url', variable: 'name' }],
    [notice, { name: '这里有Badword啊', time: 'x' }, { problem: 'blacklisted', variable: 'name' }],
    [notice, { name: 'a\u0000b', time: 'x' }, { problem: 'unspeakable', variable: 'name' }],
    [notice, { name: 'a\ud800b', time: 'x' }, { problem: 'unspeakable', variable: 'name' }],
    [notice, { name: '𠮷'.repeat(500), time: '午'.repeat(500) }, undefined],
    [notice, { name: '𠮷'.repeat(501), time: '午'.repeat(500) }, { problem: 'tooLong', variable: '' }],
    [notice, { name: 'a'.repeat(1_000_000), time: 'x' }, { problem: 'tooLong', variable: '' }],
  ])('%o with %o: %o', (one, values, expected) => {
    expect(checkVariables(one, new Map(Object.entries(values)), ['badword', ''])).toEqual(expected)
  })
})
