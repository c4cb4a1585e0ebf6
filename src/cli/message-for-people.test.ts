import { expect, it } from 'vitest'
import { ConfigError } from '../setting.ts'
import { MigrationRefused } from '../store/migrate.ts'
import { messageForPeople } from './message-for-people.ts'
import { CommandError } from './output.ts'

it.each([new CommandError('no node runs'), new ConfigError('no such setting'), new MigrationRefused('edited')])(
  '$name is shown as it is',
  (error) => {
    expect(messageForPeople(error)).toBe(error.message)
  },
)

it('a port in use and a forbidden folder come with a way out', () => {
  const failure = (code: string) => Object.assign(new Error(`listen ${code}`), { code })
  expect(messageForPeople(failure('EADDRINUSE'))).toContain('--http-port 0')
  expect(messageForPeople(failure('EACCES'))).toContain('--data')
})

it('a bug keeps its stack', () => {
  expect(messageForPeople(new TypeError('x is undefined'))).toBeUndefined()
  expect(messageForPeople('thrown text')).toBeUndefined()
})
