import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { fitsSocket, serverArguments, serverUrl } from './server-settings.ts'

describe('server settings', () => {
  it('keep what makes a commit durable', () => {
    const text = serverArguments('/data/postgres', { on: 'socket', folder: '/data/run' }).join(' ')
    expect(text).not.toMatch(/fsync=|synchronous_commit=|full_page_writes=/)
  })

  it('use a socket only where its path fits', () => {
    expect(fitsSocket('/var/lib/yuyin/run')).toBe(true)
    expect(fitsSocket(`/${'long-folder-name/'.repeat(6)}run`)).toBe(false)
  })

  it('give a URL that a client reads back', () => {
    const client = new pg.Client(serverUrl({ on: 'socket', folder: '/srv/with space/run' }, 'a/b@c'))
    expect(client).toMatchObject({
      host: '/srv/with space/run',
      user: 'yuyin',
      password: 'a/b@c',
      database: 'postgres',
    })
    expect(serverUrl({ on: 'loopback', port: 5999 }, 'x')).toBe('postgresql://yuyin:x@127.0.0.1:5999/postgres')
  })
})
