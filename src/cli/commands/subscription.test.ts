import { expect, it } from 'vitest'
import { wanted } from './subscription.ts'

const url = 'https://receiver.example/receipts'

it('a new subscription is for the queue, unless something else is said', () => {
  expect(wanted(undefined, {})).toEqual({ queue: true })
  expect(wanted(undefined, { push: url })).toEqual({ queue: true, pushUrl: url })
  expect(wanted(undefined, { queue: 'off', push: url })).toEqual({ queue: false, pushUrl: url })
})

it('what is not said stays: a new secret ends no push', () => {
  const pushed = { queue: false, pushUrl: url }
  expect(wanted(pushed, { sign: 'on' })).toEqual(pushed)
  expect(wanted(pushed, { queue: 'on' })).toEqual({ queue: true, pushUrl: url })
  expect(wanted(pushed, { push: 'off' })).toEqual({ queue: false })
})
