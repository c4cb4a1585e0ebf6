import { expect, it } from 'vitest'
import { machine } from '../../src/lib/machine.ts'
import { drawMachine, tableOfMachine } from './draw-machine.ts'

const door = machine<'open' | 'shut' | 'gone', 'pull' | 'push' | 'saw'>('door', {
  open: { push: 'shut', saw: 'gone' },
  shut: { pull: 'open', saw: 'gone' },
  gone: {},
})

it('draws every move once, from the first state to the ends', () => {
  expect(drawMachine(door).split('\n')).toEqual([
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> open',
    '  open --> shut: push',
    '  open --> gone: saw',
    '  shut --> gone: saw',
    '  shut --> open: pull',
    '  gone --> [*]',
    '```',
  ])
})

it('lists every pair of state and event', () => {
  expect(tableOfMachine(door).split('\n')).toEqual([
    '|  | push | saw | pull |',
    '| --- | --- | --- | --- |',
    '| **open** | shut | gone |  |',
    '| **shut** |  | gone | open |',
    '| **gone** |  |  |  |',
  ])
})
