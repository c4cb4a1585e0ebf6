import { describe, expect, it } from 'vitest'
import { readableLine } from './node-log.ts'

const line = (fields: object) =>
  readableLine(JSON.stringify({ level: 30, time: '2026-01-02T03:04:05.000Z', ...fields }))

describe('readableLine', () => {
  it('shows the time, the message and its fields', () => {
    expect(line({ msg: 'applying migration', migration: '0001-accounts.sql' })).toMatch(
      /^ {2}\d\d:04:05 {2}applying migration {2}migration=0001-accounts\.sql\n$/,
    )
  })

  it('shows nothing that a terminal would obey', () => {
    const esc = String.fromCharCode(27)
    const shown = line({ msg: `busy${esc}[2J`, reason: `Busy${esc}[31m`, err: { message: `no${esc}c` } })
    expect(shown).not.toContain(esc)
    expect(shown).toContain('reason=Busy·[31m')
  })

  it('marks what is bad', () => {
    expect(line({ level: 40, msg: 'slow' })).toContain('warning  slow')
    expect(line({ level: 50, msg: 'broken' })).toContain('ERROR  broken')
  })

  it('shows where an error came from', () => {
    expect(line({ level: 50, msg: 'broken', err: { message: 'no', stack: 'Error: no\n    at here' } })).toContain(
      'at here',
    )
  })
})
