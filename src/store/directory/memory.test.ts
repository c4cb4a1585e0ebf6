import { describe, expect, it } from 'vitest'
import { Memory } from './memory.ts'

describe('Memory', () => {
  it('reads once, also when there is nothing', async () => {
    const memory = new Memory<string | undefined>(10, () => true)
    let reads = 0
    const read = async () => {
      reads++
      return undefined
    }
    await Promise.all([memory.get('key', read), memory.get('key', read)])
    expect(await memory.get('key', read)).toBeUndefined()
    expect(reads).toBe(1)
  })

  it('does not remember a failure', async () => {
    const memory = new Memory<string>(10, () => true)
    await expect(memory.get('key', () => Promise.reject(new Error('down')))).rejects.toThrow('down')
    expect(await memory.get('key', async () => 'value')).toBe('value')
  })

  it('does not remember a read that began before it was told to forget', async () => {
    const memory = new Memory<string>(10, () => true)
    let answer: (value: string) => void = () => {}
    const old = memory.get('key', () => new Promise<string>((resolve) => (answer = resolve)))
    memory.forget()
    answer('old')
    expect(await old).toBe('old')
    expect(await memory.get('key', async () => 'new')).toBe('new')
  })

  it('remembers nothing while changes could pass unheard', async () => {
    const memory = new Memory<string>(10, () => false)
    expect(await memory.get('key', async () => 'first')).toBe('first')
    expect(await memory.get('key', async () => 'second')).toBe('second')
  })

  it('is bounded, and lets go of what was not asked for longest', async () => {
    const memory = new Memory<string>(2, () => true)
    await memory.get('a', async () => 'a')
    await memory.get('b', async () => 'b')
    await memory.get('a', async () => 'changed')
    await memory.get('c', async () => 'c')
    expect(memory.size).toBe(2)
    expect(await memory.get('a', async () => 'read again')).toBe('a')
    expect(await memory.get('b', async () => 'read again')).toBe('read again')
  })
})
