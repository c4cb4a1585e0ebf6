import { expect, test } from 'vitest'
import { caller } from '../../../fakes/sip-far-end.ts'
import type { SipMessage, SipRequest } from '../message/message.ts'
import { responseTo } from '../message/response-to.ts'

const credentials = { username: 'alice', password: 'secret' }
const us = { host: '192.0.2.1', port: 5060 }

const ask = (realm: string, nonce: string): [string, string][] => [
  ['WWW-Authenticate', `Digest realm="${realm}", nonce="${nonce}"`],
]
const askAsProxy = (realm: string, nonce: string): [string, string][] => [
  ['Proxy-Authenticate', `Digest realm="${realm}", nonce="${nonce}"`],
]

/** A call whose far end lives on another host than the next hop, and sends each request back with a challenge. */
async function answeredElsewhere(before: 'challenged' | 'unchallenged') {
  const ends = await caller()
  const heard: SipRequest[] = []
  const challenges: [string, string][][] = []
  const elsewhere = ends.network.peer({ transport: 'udp', host: '192.0.2.66', port: 5060 }, (message: SipMessage) => {
    if (message.kind !== 'request' || message.method === 'ACK') return
    heard.push(message)
    const headers = challenges.shift()
    elsewhere.send(responseTo(message, headers === undefined ? 200 : 401, { toTag: 'far', headers: headers ?? [] }), us)
  })
  const { call } = await ends.invite({ credentials })
  if (before === 'challenged') await ends.answer(ends.last('INVITE'), 401, 'a', ask('carrier', 'n1'))
  const headers: [string, string][] = [['Contact', '<sip:far@192.0.2.66:5060>']]
  ends.far.send(responseTo(ends.last('INVITE'), 200, { toTag: 'far', headers, body: 'v=0' }), us)
  await ends.clock.advance(0)
  const hangUp = async (...asked: [string, string][][]) => {
    challenges.push(...asked)
    call.hangUp()
    await ends.clock.advance(0)
    return heard.map((request) => request.headers.all('authorization').map((line) => /nonce="(\w+)"/.exec(line)?.[1]))
  }
  return { ...ends, call, hangUp }
}

test('a realm that the next hop never named gets no digest within the dialog', async () => {
  const before = await answeredElsewhere('challenged')
  expect(await before.hangUp(ask('evil', 'e1'))).toEqual([['n1']])
  await before.nothingLeft()
  const unasked = await answeredElsewhere('unchallenged')
  expect(await unasked.hangUp(ask('evil', 'e1'))).toEqual([[]])
  await unasked.nothingLeft()
})

test('the realm of the next hop is answered wherever its servers stand', async () => {
  const { hangUp, nothingLeft } = await answeredElsewhere('challenged')
  expect(await hangUp([['WWW-Authenticate', 'Digest realm="carrier", nonce="n2", stale=true']])).toEqual([
    ['n1'],
    ['n2'],
  ])
  await nothingLeft()
})

test('the INVITE is challenged by the next hop alone: another admitted host gets no digest', async () => {
  const { network, last, invite, request, clock } = await caller()
  const { told } = await invite({ credentials })
  const stranger = network.peer({ transport: 'udp', host: '192.0.2.66', port: 5060 })
  stranger.send(responseTo(last('INVITE'), 401, { toTag: 'x', headers: ask('evil', 'e1') }), us)
  await clock.advance(0)
  expect(request('INVITE')).toHaveLength(1)
  expect(told).toEqual([expect.stringContaining('"status":401')])
})

test('a proxy and a server may each challenge an INVITE; both are answered in the dialog, a third realm is not', async () => {
  const { last, invite, answer, request, nothingLeft, clock } = await caller()
  const { call } = await invite({ credentials })
  await answer(last('INVITE'), 407, 'a', askAsProxy('proxy', 'p1'))
  await answer(last('INVITE'), 401, 'b', ask('server', 's1'))
  await answer(last('INVITE'), 200, 'far', [], 'v=0')
  call.hangUp()
  await clock.advance(0)
  await answer(last('BYE'), 407, 'far', askAsProxy('third', 't1'))
  const nonces = (name: string) =>
    last('BYE')
      .headers.all(name)
      .map((line) => /nonce="(\w+)"/.exec(line)?.[1])
  expect([nonces('authorization'), nonces('proxy-authorization')]).toEqual([['s1'], ['p1']])
  expect(request('BYE')).toHaveLength(1)
  await nothingLeft()
})

test('a next hop that asks for the first time within the dialog is answered', async () => {
  const { last, invite, answer, request, nothingLeft, clock } = await caller()
  const { call } = await invite({ credentials })
  await answer(last('INVITE'), 200, 'far', [], 'v=0')
  call.hangUp()
  await clock.advance(0)
  await answer(last('BYE'), 407, 'far', askAsProxy('proxy', 'p1'))
  expect(request('BYE')).toHaveLength(2)
  await answer(last('BYE'), 407, 'far', askAsProxy('other', 'o1'))
  expect(request('BYE')).toHaveLength(2)
  await nothingLeft()
})
