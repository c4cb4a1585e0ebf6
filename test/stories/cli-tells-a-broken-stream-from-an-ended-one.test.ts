import { createServer, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEvents, StreamBroken } from '../../src/cli/ring/event-stream.ts'
import { runYuyin } from '../node/run-yuyin.ts'
import { listenOnLoopback } from '../sockets/ports.ts'

const oneEvent = 'event: state\ndata: {"state":"ringing"}\n\n'

/** What the far end does at each path, once its first event is sent. */
const endings: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/ended': (response) => response.end(),
  '/broken': (response) => setImmediate(() => response.destroy()),
  '/silent': () => {},
}

const server = createServer((request, response) => {
  const ending = endings[request.url ?? '']
  if (ending === undefined) {
    response.end('<html>')
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(oneEvent, () => ending(response))
})
let origin = ''

beforeAll(async () => {
  origin = `http://127.0.0.1:${await listenOnLoopback(server)}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function follow(path: string, signal: AbortSignal, heard: (state: string) => void): Promise<void> {
  const events = await openEvents<{ state: string }>(origin + path, signal)
  for await (const [, { state }] of events ?? []) heard(state)
}

describe('a stream of events', () => {
  it('ends with the server’s', async () => {
    const heard: string[] = []
    await follow('/ended', new AbortController().signal, (state) => heard.push(state))
    expect(heard).toEqual(['ringing'])
  })

  it('tells when the connection broke', async () => {
    const heard: string[] = []
    const followed = follow('/broken', new AbortController().signal, (state) => heard.push(state))
    await expect(followed).rejects.toThrow(StreamBroken)
    expect(heard).toEqual(['ringing'])
  })

  it('ends with the signal, which is no failure', async () => {
    const over = new AbortController()
    const heard: string[] = []
    await follow('/silent', over.signal, (state) => {
      heard.push(state)
      over.abort()
    })
    expect(heard).toEqual(['ringing'])
  })
})

describe('yuyin ring', () => {
  it('says so when another program answers at the endpoint', async () => {
    const told = await runYuyin('ring', '--endpoint', origin)
    expect(told).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('answers 200, and not as the API does') })
  })

  it('says so when the endpoint is no URL', async () => {
    const told = await runYuyin('ring', '--endpoint', 'localhost:8080')
    expect(told).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('give a URL such as') })
  })
})
