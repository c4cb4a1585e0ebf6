import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesWildcard } from './wildcard.ts'

/** The definition, letter by letter: slow, and plainly right. */
function matchesByDefinition(pattern: string, text: string): boolean {
  const [first] = pattern
  if (first === undefined) return text === ''
  const rest = pattern.slice(1)
  if (first === '*')
    return matchesByDefinition(rest, text) || (text !== '' && matchesByDefinition(pattern, text.slice(1)))
  return text !== '' && (first === '?' || first === text[0]) && matchesByDefinition(rest, text.slice(1))
}

const letters = (characters: string[], maxLength: number) =>
  fc.array(fc.constantFrom(...characters), { maxLength }).map((chosen) => chosen.join(''))

describe('a pattern with wildcards', () => {
  it('matches by its definition', () => {
    fc.assert(
      fc.property(letters(['a', 'b', '*', '?'], 8), letters(['a', 'b', '*'], 8), (pattern, text) => {
        expect(matchesWildcard(pattern, text)).toBe(matchesByDefinition(pattern, text))
      }),
      { numRuns: 3000 },
    )
  })

  it('without wildcards matches itself and nothing else', () => {
    expect(matchesWildcard('dyvms:IvrCall', 'dyvms:IvrCall')).toBe(true)
    expect(matchesWildcard('dyvms:IvrCall', 'dyvms:IvrCall2')).toBe(false)
    expect(matchesWildcard('dyvms:IvrCall', 'dyvms:IvrCal')).toBe(false)
    expect(matchesWildcard('', '')).toBe(true)
  })

  it('takes points and brackets literally', () => {
    expect(matchesWildcard('a.c[1]', 'abc1')).toBe(false)
    expect(matchesWildcard('a.c[1]', 'a.c[1]')).toBe(true)
  })

  it('of a thousand stars is answered all the same', () => {
    expect(matchesWildcard(`${'a*'.repeat(1000)}b`, 'a'.repeat(2000))).toBe(false)
  })
})
