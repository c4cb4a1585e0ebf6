import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeardPresses, type KeyWay } from './heard-presses.ts'

/** The keys that count, of tellings in their order. */
function counted(tellings: readonly (readonly [key: string, way: KeyWay, atMs: number])[]): string {
  const presses = new HeardPresses()
  return tellings
    .filter(([key, way, atMs]) => presses.isNew(key, way, atMs))
    .map(([key]) => key)
    .join('')
}

describe('presses told by several ways', () => {
  it('count once', () => {
    expect(
      counted([
        ['1', 'media', 0],
        ['1', 'info', 20],
      ]),
    ).toBe('1')
    expect(
      counted([
        ['1', 'info', 0],
        ['1', 'media', 1500],
      ]),
    ).toBe('1')
  })

  it('count twice when the key was pressed twice, whichever way is first', () => {
    const both = (first: KeyWay, second: KeyWay) =>
      counted([
        ['1', first, 0],
        ['1', second, 30],
        ['1', first, 250],
        ['1', second, 280],
      ])
    expect(both('media', 'info')).toBe('11')
    expect(both('info', 'media')).toBe('11')
    expect(
      counted([
        ['1', 'media', 0],
        ['1', 'media', 200],
        ['1', 'info', 300],
        ['1', 'info', 400],
      ]),
    ).toBe('11')
  })

  it('of one way are never old news', () => {
    expect(
      counted([
        ['5', 'info', 0],
        ['5', 'info', 1],
        ['5', 'info', 2],
      ]),
    ).toBe('555')
  })

  it('are not held against a press long after', () => {
    expect(
      counted([
        ['1', 'media', 0],
        ['1', 'info', 5000],
      ]),
    ).toBe('11')
  })

  it('keep their keys and order, with any lag between the two ways', () => {
    const keys = fc.array(fc.constantFrom('1', '2', '#'), { maxLength: 12 })
    fc.assert(
      fc.property(keys, fc.integer({ min: -1000, max: 1000 }), (pressed, lagMs) => {
        const tellings = pressed.flatMap((key, i) => [
          [key, 'media', 5000 + i * 200] as const,
          [key, 'info', 5000 + i * 200 + lagMs] as const,
        ])
        const inTime = tellings.toSorted((one, other) => one[2] - other[2])
        expect(counted(inTime)).toBe(pressed.join(''))
      }),
    )
  })
})
