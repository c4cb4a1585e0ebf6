import { expect, it } from 'vitest'
import { type BenchFigure, figureLine, figureTable } from '../bench/report.ts'

const accepts: BenchFigure = {
  bench: 'accept',
  figure: 'accepts',
  value: 1234.567,
  unit: 'calls/s',
  yardstick: 4000,
  ratio: 0.30864,
  runs: [1200, 1234.567, 1300.04],
}
const latency: BenchFigure = { bench: 'accept', figure: 'latency p50', value: 12, unit: 'ms', runs: [12] }

it('writes a figure as one line of JSON, rounded to what was measured', () => {
  expect(JSON.parse(figureLine(accepts, 'a machine'))).toEqual({
    bench: 'accept',
    figure: 'accepts',
    value: 1235,
    unit: 'calls/s',
    yardstick: 4000,
    ratio: 0.3086,
    runs: [1200, 1235, 1300],
    machine: 'a machine',
  })
})

it('leaves out a yardstick that was not measured', () => {
  expect(JSON.parse(figureLine(latency, 'm'))).not.toHaveProperty('yardstick')
})

it('aligns the columns for people', () => {
  expect(figureTable([accepts, latency]).split('\n')).toEqual([
    'bench   figure       value  unit     yardstick  ratio   runs',
    'accept  accepts      1235   calls/s  4000       0.3086  1200 1235 1300',
    'accept  latency p50  12     ms                          12',
  ])
})
