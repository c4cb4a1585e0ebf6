import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Piece, spokenPieces } from './spoken-pieces.ts'

/** `cmn:您好 (200) en:A` */
function written(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => (piece.kind === 'silence' ? `(${piece.durationMs})` : `${piece.language}:${piece.text}`))
    .join(' ')
}

function fluent(text: string): string {
  return written(spokenPieces([{ text, manner: 'fluent' }]))
}

describe('a verification code', () => {
  const code = (value: string, before = '您的验证码是', after = '，请勿泄露。') =>
    written(
      spokenPieces([
        { text: before, manner: 'fluent' },
        { text: value, manner: 'spelled' },
        { text: after, manner: 'fluent' },
      ]),
    )

  it('is spelled with Mandarin digit words in a Mandarin prompt, one as 幺', () => {
    expect(code('1027')).toBe('cmn:您的验证码是 (200) cmn:幺 cmn:零 cmn:二 cmn:七 (200) cmn:请勿泄露')
  })

  it('has letters by their English names, small ones as capitals', () => {
    expect(code('aB3')).toBe('cmn:您的验证码是 (200) en:A en:B cmn:三 (200) cmn:请勿泄露')
  })

  it('is spelled in English in an English prompt', () => {
    expect(code('10x', 'Your code is', '.')).toBe('en:Your code is (200) en:one en:zero en:X')
  })

  it('is said in groups where it is written in groups', () => {
    expect(code('12-34')).toContain('cmn:幺 cmn:二 (250) cmn:三 cmn:四')
  })

  it('has the same pieces as another code of the same digits', () => {
    const pieces = (value: string) => new Set(code(value).split(' '))
    expect(pieces('8421')).toEqual(pieces('1248'))
  })
})

describe('fluent text', () => {
  it('is one phrase per sentence, with silence between', () => {
    expect(fluent('您好！您的快递到了。')).toBe('cmn:您好 (400) cmn:您的快递到了')
  })

  it('changes the language with the script; digits follow the prompt', () => {
    expect(fluent('请到A座12楼')).toBe('cmn:请到 en:A cmn:座12楼')
    expect(fluent('Room 12')).toBe('en:Room 12')
  })

  it('reads long numbers and those with a leading zero one by one, amounts as amounts', () => {
    expect(fluent('订单1234567共120元')).toBe('cmn:订单 cmn:幺 cmn:二 cmn:三 cmn:四 cmn:五 cmn:六 cmn:七 cmn:共120元')
    expect(fluent('区号0571')).toBe('cmn:区号 cmn:零 cmn:五 cmn:七 cmn:幺')
    expect(fluent('共0.05元')).toBe('cmn:共0.05元')
  })

  it('keeps the sign and the currency with the number', () => {
    expect(fluent('气温-5度，票价¥12.5')).toBe('cmn:气温负5度，票价12.5元')
  })

  it('keeps the question mark of an English question', () => {
    expect(fluent('Are you there? Press one.')).toBe('en:Are you there? (400) en:Press one')
  })

  it('takes full-width letters and digits for what they are', () => {
    expect(fluent('ＡＢ１２')).toBe('en:AB12')
  })

  it('says nothing for punctuation and pictures alone', () => {
    expect(fluent('……！😀')).toBe('')
  })

  it('has no way into the phoneme notation of espeak-ng', () => {
    expect(fluent('say [[h@l@U]] now')).not.toMatch(/\[\[|\]\]/)
  })
})

describe('any text at all', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'您好1290aZ，。,.!? -[]¥%:—\n') }),
  )
  const segments = fc.array(fc.record({ text, manner: fc.constantFrom('fluent' as const, 'spelled' as const) }))

  it('gives phrases that can be spoken, single silences, and no silence at the ends', () => {
    fc.assert(
      fc.property(segments, (some) => {
        const pieces = spokenPieces(some)
        pieces.forEach((piece, index) => {
          if (piece.kind === 'phrase') {
            expect(piece.text).toMatch(/[\p{L}\p{N}\p{Sc}]/u)
            expect(piece.text).not.toMatch(/[\p{Cc}]/u)
            expect([...piece.text].length).toBeLessThan(200)
          } else {
            expect(pieces[index - 1]?.kind).toBe('phrase')
            expect(pieces[index + 1]?.kind).toBe('phrase')
          }
        })
      }),
    )
  })

  it('loses no Han character', () => {
    const han = fc.string({ unit: fc.constantFrom(...'您好验证码是，。 12A'), maxLength: 400 })
    fc.assert(
      fc.property(han, (some) => {
        const said = spokenPieces([{ text: some, manner: 'fluent' }]).flatMap((piece) =>
          piece.kind === 'phrase' ? [piece.text] : [],
        )
        const counted = (whole: string) => whole.replace(/[^您好验证码是]/gu, '')
        expect(counted(said.join(''))).toBe(counted(some))
      }),
    )
  })
})
