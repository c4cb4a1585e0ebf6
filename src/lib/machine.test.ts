import { describe, expect, it } from 'vitest'
import { IllegalMove, machine } from './machine.ts'

const door = machine('door', { open: { close: 'shut' }, shut: { open: 'open', brick: 'wall' }, wall: {} })

describe('machine', () => {
  it('follows its table', () => {
    expect(door.next('open', 'close')).toBe('shut')
    expect(door.next('shut', 'brick')).toBe('wall')
  })

  it('refuses what the table does not name, and says what is possible', () => {
    expect(() => door.next('open', 'brick')).toThrow(IllegalMove)
    expect(() => door.next('open', 'brick')).toThrow("door: 'brick' is not possible in state 'open' (possible: close)")
  })

  it('knows its final states', () => {
    expect(door.states.filter((state) => door.isFinal(state))).toEqual(['wall'])
  })
})
