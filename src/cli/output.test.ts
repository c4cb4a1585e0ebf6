import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createOutput, displayWidth, printable, table, tableOr } from './output.ts'

describe('a table', () => {
  it('aligns its columns, also below Chinese text', () => {
    const drawn = table(
      ['code', 'text', 'state'],
      [
        ['TTS_1', '您的验证码', 'approved'],
        ['TTS_22', 'Hello', 'pending'],
      ],
    )
    expect(drawn).toBe(
      [
        'code    text        state',
        '──────  ──────────  ────────',
        'TTS_1   您的验证码  approved',
        'TTS_22  Hello       pending',
      ].join('\n'),
    )
  })

  it('counts full-width signs as two columns, everything else as one', () => {
    expect(displayWidth('a，b')).toBe(4)
    expect(displayWidth('验证code')).toBe(8)
    expect(displayWidth('')).toBe(0)
  })

  it('is replaced by a word on what to do when it would be empty', () => {
    expect(tableOr('There is none.', ['code'], [])).toBe('There is none.')
  })
})

describe('output', () => {
  function written(json: boolean): string {
    const stream = new PassThrough()
    const output = createOutput(stream, json)
    output.line('on the way')
    output.result({ number: '1' }, ({ number }) => `Number ${number}.`)
    return String(stream.read())
  }

  it('for people is their lines and their drawing of the result', () => {
    expect(written(false)).toBe('on the way\nNumber 1.\n')
  })

  it('for programs is one JSON value and nothing else', () => {
    expect(JSON.parse(written(true))).toEqual({ number: '1' })
  })

  it('never steers the terminal, whatever a far end said', () => {
    const stream = new PassThrough()
    const output = createOutput(stream, false)
    const reason = '486 \x1b]0;owned\x07Busy\u009b2J \u202eereH\tHere 占线'
    output.line(reason)
    output.result(reason, (said) => `${said}\nnext line`)
    const shown = '486 ·]0;owned·Busy·2J ·ereH\tHere 占线'
    expect(String(stream.read())).toBe(`${shown}\n${shown}\nnext line\n`)
    expect(printable('one\r\ntwo')).toBe('one··two')
  })
})
