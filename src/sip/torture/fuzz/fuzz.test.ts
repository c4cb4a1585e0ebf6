import { expect, test } from 'vitest'
import { Dice } from './dice.ts'
import { validLines } from './grammar.ts'
import { mutated } from './mutate.ts'
import { type Finding, probe } from './probe.ts'

test('2,000 messages by the grammar are sound', () => {
  const dice = new Dice(1)
  for (let one = 0; one < 2000; one++) {
    const bytes = Buffer.from(validLines(dice).join('\r\n'))
    if (probe(bytes) !== 'sound') expect.fail(`not sound: ${JSON.stringify(bytes.toString('latin1'))}`)
  }
})

test('20,000 mutated messages do no harm, and reach every verdict', () => {
  const dice = new Dice(2)
  const found = new Map<Finding, number>()
  for (let one = 0; one < 20_000; one++) {
    const bytes = mutated(validLines(dice), dice)
    try {
      const finding = probe(bytes)
      found.set(finding, (found.get(finding) ?? 0) + 1)
    } catch (error) {
      expect.fail(`${String(error)} for ${JSON.stringify(bytes.toString('latin1'))}`)
    }
  }
  expect([...found.keys()].sort()).toEqual(['garbage', 'keepAlive', 'malformed', 'sound'])
}, 60_000)

test('the same seed throws the same messages', () => {
  const [one, other] = [new Dice(7), new Dice(7)]
  for (let round = 0; round < 50; round++) {
    expect(mutated(validLines(one), one).equals(mutated(validLines(other), other))).toBe(true)
  }
})
