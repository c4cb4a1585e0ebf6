import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { signedUrl } from '../../src/wire/signature/sign.ts'
import { runYuyin } from '../node/run-yuyin.ts'
import { NodeBench, type ServedNode } from '../node/served-node.ts'

const bench = new NodeBench()
let data: string
let node: ServedNode

beforeAll(async () => {
  data = await bench.folder()
  node = await bench.serve(data, { tls: 'self-made', httpsPort: '0', sipTls: 'self-made', sipTlsPort: '0' })
})
afterAll(() => bench.close())

async function ask(endpoint: string, more: { accessKeyId: string; secret: string; securityToken?: string }) {
  const parameters = { MessageType: 'VoiceReport' }
  const url = signedUrl({ endpoint, action: 'QueryTokenForMnsQueue', parameters, now: Date.now(), ...more })
  const request = get(url, { ca: await readFile(join(data, 'tls', 'certificate.pem')), agent: false })
  const [response]: IncomingMessage[] = await once(request, 'response')
  let body = ''
  for await (const chunk of response ?? []) body += chunk
  const answer: Record<string, unknown> = JSON.parse(body)
  return answer
}

it('a node that makes its own certificate tells its HTTPS address and answers there', async () => {
  const { https = '' } = node.endpoints
  expect(https).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  expect(node.printed()).toContain(https)
  expect(await ask(https, devProfile)).toMatchObject({ Code: 'OK' })
})

it('a temporary key of the command line signs requests until it is over', async () => {
  const { stdout } = await runYuyin('key', 'temporary', '--seconds', '900', '--json', '--data', data)
  const issued: { accessKeyId: string; secret: string; securityToken: string } = JSON.parse(stdout)
  expect(await ask(node.endpoints.https ?? '', issued)).toMatchObject({ Code: 'OK' })
  const refused = await runYuyin('key', 'temporary', '--seconds', '60', '--data', data)
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('from 900 to 43200') })
})

it('a bearer token of the command line is enough to ask', async () => {
  const { stdout } = await runYuyin('key', 'bearer', '--json', '--data', data)
  const { bearerToken }: { bearerToken: string } = JSON.parse(stdout)
  const headers = {
    'x-acs-action': 'QueryTokenForMnsQueue',
    'x-acs-version': '2017-05-25',
    'x-acs-date': `${new Date().toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': crypto.randomUUID(),
    'x-acs-bearer-token': bearerToken,
  }
  const answer = await fetch(`${node.endpoints.http}/?MessageType=VoiceReport&SignatureType=BEARERTOKEN`, { headers })
  expect(await answer.json()).toMatchObject({ Code: 'OK' })
})

it('SIP is spoken over TLS by the same certificate, and answered', async () => {
  const [host = '', port = ''] = (node.endpoints.sipTls ?? '').split(':')
  const socket = connect({ host, port: Number(port), ca: await readFile(join(data, 'tls', 'certificate.pem')) })
  await once(socket, 'secureConnect')
  const via = `SIP/2.0/TLS ${host}:9;branch=z9hG4bK1;rport`
  const from = `From: <sip:me@${host}>;tag=1`
  const lines = [`Via: ${via}`, from, `To: <sip:${host}>`, 'Call-ID: 1', 'CSeq: 1 OPTIONS', 'Content-Length: 0']
  socket.write([`OPTIONS sip:${host} SIP/2.0`, ...lines, '', ''].join('\r\n'))
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^SIP\/2\.0 200 OK\r\n/)
  socket.destroy()
})
