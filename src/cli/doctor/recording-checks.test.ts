import { once } from 'node:events'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig, type SettingName } from '../../config.ts'
import type { Endpoints } from '../../endpoints.ts'
import { recordingChecks } from './recording-checks.ts'

const data = join(tmpdir(), 'yuyin-no-such-folder')

/** What the doctor says about one thing. */
async function finding(name: string, flags: Partial<Record<SettingName, string>> = {}, running?: Endpoints) {
  const config = readConfig({ file: join(data, 'no-file.yaml'), environment: {}, flags: { data, ...flags } })
  return recordingChecks(config, running, async () => 1_352_000_000)
    .find((check) => check.name === name)
    ?.run()
}

/** Settings of an object store that answers everything with a status; `undefined`: nobody answers. */
async function storeThatAnswers(status: number | undefined) {
  const server = createServer((_request, response) => response.writeHead(status ?? 500).end())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  if (status === undefined) server.close()
  const keys = { recordingsBucket: 'calls', recordingsAccessKey: 'key', recordingsSecretKey: 'secret' }
  return { server, flags: { recordingsEndpoint: `http://127.0.0.1:${address.port}`, ...keys } }
}

describe('what the doctor says of recordings', () => {
  it('is how much room there is, before anything was recorded', async () => {
    expect(await finding('recordings')).toEqual({
      state: 'good',
      found: `room for 10 hours below ${join(data, 'recordings')}`,
    })
    expect(await finding('recordings', { recordingsFreeMegabytes: '1352' })).toEqual({
      state: 'bad',
      found: '1352 MB left: nothing is recorded',
      remedy: `Make room on the disk of ${join(data, 'recordings')}.`,
    })
  })

  it('is whether the object store opens', async () => {
    expect(await finding('object store')).toBeUndefined()
    for (const [status, state, found] of [
      [200, 'good', 'opens'],
      [403, 'bad', 'the store answers 403'],
      [undefined, 'bad', 'no answer from the store'],
    ] as const) {
      const { server, flags } = await storeThatAnswers(status)
      expect(await finding('object store', flags)).toMatchObject({ state, found: expect.stringContaining(found) })
      server.close()
    }
    const incomplete = { recordingsEndpoint: 'https://s3.example.com', recordingsBucket: 'calls' }
    expect(await finding('object store', incomplete)).toMatchObject({
      found: expect.stringContaining('recordingsAccessKey is needed'),
    })
  })

  it('is the address that URLs begin with, and whether that is known', async () => {
    expect(await finding('public URL', { publicUrl: 'https://voice.example.com/' })).toEqual({
      state: 'good',
      found: 'https://voice.example.com',
    })
    expect(await finding('public URL', { profile: 'dev' })).toMatchObject({
      state: 'good',
      found: 'http://127.0.0.1:8080: this machine only',
    })
    expect(await finding('public URL', { advertisedHost: '203.0.113.7' })).toMatchObject({
      state: 'note',
      found: 'http://203.0.113.7:8080 is a guess; URLs of recordings begin so',
    })
    const ports = { http: 'http://127.0.0.1:9', sip: '', database: '', pid: 1 }
    const set = { url: 'https://node.example', origin: 'setting' } as const
    expect(await finding('public URL', {}, { ...ports, publicUrl: set })).toEqual({
      state: 'good',
      found: 'https://node.example',
    })
    const guessed = { url: 'http://127.0.0.1:9', origin: 'guess' } as const
    expect(await finding('public URL', {}, { ...ports, profile: 'dev', publicUrl: guessed })).toEqual({
      state: 'good',
      found: 'http://127.0.0.1:9: this machine only',
    })
  })
})
