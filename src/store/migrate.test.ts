import { describe, expect, it } from 'vitest'
import { checksum, MigrationRefused, missing, readMigrations } from './migrate.ts'

const first = { name: '0001-first.sql', text: 'SELECT 1;\n' }
const second = { name: '0002-second.sql', text: 'SELECT 2;\n' }

describe('missing migrations', () => {
  it('are those that were not applied', () => {
    expect(missing(new Map(), [first, second])).toEqual([first, second])
    expect(missing(new Map([[first.name, checksum(first)]]), [first, second])).toEqual([second])
  })

  it('are refused when an applied one was edited', () => {
    const applied = new Map([[first.name, checksum({ ...first, text: 'SELECT 3;\n' })]])
    expect(() => missing(applied, [first])).toThrow(MigrationRefused)
  })

  it('are refused when the database was used by a newer version', () => {
    expect(() => missing(new Map([['0003-later.sql', 'x']]), [first])).toThrow(/0003-later.sql/)
  })

  it('are the same for a checkout with other line ends', () => {
    expect(checksum({ ...first, text: 'SELECT 1;\r\n' })).toBe(checksum(first))
  })

  it('are numbered without gaps', async () => {
    const numbers = (await readMigrations()).map((migration) => Number(migration.name.slice(0, 4)))
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })
})
