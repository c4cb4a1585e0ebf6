import { expect, test } from 'vitest'
import { confirmed } from '../../../fakes/sip-far-end.ts'
import { mostLateAnswers } from './forks.ts'

test('late answers are ended one by one, but not without end: a next hop that makes up phones is not followed', async () => {
  const { call, answer, sent, request, nothingLeft } = await confirmed()
  for (let phone = 0; phone < 3 * mostLateAnswers; phone++) await answer(sent, 200, `phone-${phone}`)
  expect(request('BYE')).toHaveLength(mostLateAnswers)
  const acks = request('ACK').length
  await answer(sent, 200, 'phone-0')
  expect(request('ACK')).toHaveLength(acks + 1)
  await answer(sent, 200, `phone-${2 * mostLateAnswers}`)
  expect([request('ACK'), request('BYE')].map((sentOnes) => sentOnes.length)).toEqual([acks + 1, mostLateAnswers])
  call.hangUp()
  await nothingLeft()
})
