import pg from 'pg'
import { expect, it } from 'vitest'
import { silentLog } from '../lib/log.ts'
import { openDatabase, withoutValues } from './database.ts'
import { DatabaseRefused, prepareDatabase } from './prepare-database.ts'

it('errors of the server keep what failed and lose what was in the row', () => {
  const error = new pg.DatabaseError('null value in column "out_id"', 100, 'error')
  error.code = '23502'
  error.detail = 'Failing row contains (1^2, 13900000000, 123456).'
  error.where = 'JSON data, line 1: 123456'
  const left = JSON.stringify(withoutValues(error))
  expect(left).toContain('23502')
  expect(left).not.toMatch(/139|123456/)
})

it.each(['postgres://user:geheim pass@host:99999/name', 'postgres://user:geheim%@host/name'])(
  'a URL that cannot be read is refused without repeating it',
  async (url) => {
    const opened = prepareDatabase(openDatabase(url, silentLog), silentLog)
    await expect(opened).rejects.toThrow(DatabaseRefused)
    await expect(opened).rejects.not.toThrow(/geheim/)
  },
)
