import { describe, expect, it } from 'vitest'
import { Turnstile } from './turnstile.ts'

describe('Turnstile', () => {
  it('lets one at a time through per key, in order', async () => {
    const turnstile = new Turnstile()
    const order: string[] = []
    const pass = async (name: string) => {
      const leave = await turnstile.enter('key')
      order.push(`${name} in`)
      await new Promise<void>((resolve) => setImmediate(resolve))
      order.push(`${name} out`)
      leave()
    }
    await Promise.all([pass('a'), pass('b'), pass('c')])
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
  })

  it('does not let different keys wait for each other', async () => {
    const turnstile = new Turnstile()
    await turnstile.enter('one')
    const leave = await turnstile.enter('other')
    leave()
    await turnstile.enter('other')
  })
})
