import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createOutput, displayWidth, table, tableOr } from './output.ts'

afterEach(() => vi.unstubAllEnvs())

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

  it('has colours on a terminal only, and not when NO_COLOR is set', () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true })
    vi.stubEnv('NO_COLOR', undefined)
    expect(createOutput(terminal, false).colour).toBe(true)
    expect(createOutput(new PassThrough(), false).colour).toBe(false)
    vi.stubEnv('NO_COLOR', '1')
    expect(createOutput(terminal, false).colour).toBe(false)
  })
})
