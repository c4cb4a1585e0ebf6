import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { FakeLeg } from '../../../fakes/fake-trunk.ts'
import type { MenuStep, Prompt } from '../../domain/script/script.ts'
import type { Speech } from '../ports.ts'
import { prepareMenu } from './run-menu.ts'

const say = (text: string): Prompt => ({ kind: 'speech', segments: [{ text, manner: 'fluent' }] })
const spoken: Speech = {
  render: async (prompt) => ({
    files: prompt.kind === 'speech' ? prompt.segments.map(({ text }) => text) : [prompt.kind],
    durationMs: 900,
  }),
}
const menu: MenuStep = {
  do: 'menu',
  prompt: say('ask'),
  rounds: 2,
  waitMs: 3000,
  choices: [{ key: '1', prompt: say('one') }, { key: '#', prompt: say('hash') }, { key: '2' }],
  goodbye: say('bye'),
}

/** A menu on an answered line. `prompts()` is what was played so far. */
async function run(changes: Partial<MenuStep> = {}) {
  const clock = new FakeClock()
  const leg = new FakeLeg({ callId: '1^2', to: '13900000000', from: '' })
  const lineEnd = new AbortController()
  const step = await prepareMenu({ ...menu, ...changes }, spoken, clock)
  const ended = step.run(leg, lineEnd.signal)
  const finish = async (...prompts: readonly string[]) => {
    for (const prompt of prompts) {
      expect(leg.played.at(-1)?.files).toEqual([prompt])
      leg.finishPlaying()
      await clock.advance(0)
    }
  }
  const press = async (key: string) => {
    leg.emit('keyPressed', key)
    await clock.advance(0)
  }
  await clock.advance(0)
  return { clock, leg, ended, finish, press, lineEnd, prompts: () => leg.played.flatMap(({ files }) => files) }
}

/** Nothing of the step is left behind. */
function expectNothingLeft({ clock, leg }: { clock: FakeClock; leg: FakeLeg }): void {
  expect(clock.pendingTimers).toBe(0)
  expect(leg.listenerCount('keyPressed')).toBe(0)
  expect(leg.playbacks).toBe(0)
}

describe('a menu', () => {
  it('plays what belongs to the key that is pressed while it waits, and says goodbye', async () => {
    const line = await run()
    await line.finish('ask')
    await line.clock.advance(2999)
    await line.press('1')
    await line.finish('one', 'bye')
    expect(await line.ended).toBe('done')
    expect(line.prompts()).toEqual(['ask', 'one', 'bye'])
    expectNothingLeft(line)
  })

  it('stops its prompt at the key that is pressed over it', async () => {
    const line = await run()
    await line.press('#')
    expect(line.prompts()).toEqual(['ask', 'hash'])
    await line.finish('hash', 'bye')
    expect(await line.ended).toBe('done')
    expectNothingLeft(line)
  })

  it('changes over to another key pressed over the first one’s prompt; a wrong one is passed over there', async () => {
    const line = await run()
    await line.press('1')
    await line.press('9')
    expect(line.prompts()).toEqual(['ask', 'one'])
    await line.press('#')
    await line.press('2')
    expect(line.prompts()).toEqual(['ask', 'one', 'hash', 'bye'])
    await line.finish('bye')
    expect(await line.ended).toBe('done')
    expectNothingLeft(line)
  })

  it('asks again after the wait, as often as it may, then says goodbye: key timeout', async () => {
    const line = await run()
    await line.finish('ask')
    await line.clock.advance(2999)
    expect(line.prompts()).toEqual(['ask'])
    await line.clock.advance(1)
    await line.finish('ask')
    await line.clock.advance(3000)
    await line.finish('bye')
    expect(await line.ended).toBe('keyTimeout')
    expect(line.prompts()).toEqual(['ask', 'ask', 'bye'])
    expectNothingLeft(line)
  })

  it('asks again at once after a wrong key; in the last round it only waits anew', async () => {
    const line = await run()
    await line.press('7')
    expect(line.prompts()).toEqual(['ask', 'ask'])
    await line.press('8')
    await line.clock.advance(2999)
    await line.press('9')
    await line.clock.advance(2999)
    await line.press('2')
    await line.finish('bye')
    expect(await line.ended).toBe('done')
    expect(line.prompts()).toEqual(['ask', 'ask', 'bye'])
    expectNothingLeft(line)
  })

  it('takes any key when it lists none, and ends without a goodbye when it has none', async () => {
    const { goodbye: _, ...silent } = menu
    const clock = new FakeClock()
    const leg = new FakeLeg({ callId: '1^2', to: '13900000000', from: '' })
    const step = await prepareMenu({ ...silent, choices: [] }, spoken, clock)
    const ended = step.run(leg, new AbortController().signal)
    leg.emit('keyPressed', '5')
    expect(await ended).toBe('done')
    expect(leg.played).toHaveLength(1)
    expectNothingLeft({ clock, leg })
  })

  it('does not wait at all when its wait is 0', async () => {
    const line = await run({ waitMs: 0, rounds: 1 })
    await line.finish('ask')
    await line.finish('bye')
    expect(await line.ended).toBe('keyTimeout')
    expectNothingLeft(line)
  })

  it.each([
    ['the prompt', async () => {}],
    ['the wait', (line: Awaited<ReturnType<typeof run>>) => line.finish('ask')],
    ['the prompt of a key', (line: Awaited<ReturnType<typeof run>>) => line.press('1')],
    ['the goodbye', (line: Awaited<ReturnType<typeof run>>) => line.press('2')],
  ])('leaves nothing behind when the callee hangs up in %s', async (_, until) => {
    const line = await run()
    await until(line)
    line.lineEnd.abort()
    expect(await line.ended).toBe('stopped')
    await line.clock.advance(0)
    expectNothingLeft(line)
  })

  it('fails when a prompt cannot be played', async () => {
    const line = await run()
    line.leg.finishPlaying('failed')
    expect(await line.ended).toBe('failed')
    expectNothingLeft(line)
  })

  it('renders every prompt before it can run', async () => {
    const rendered: string[] = []
    const speech: Speech = {
      render(prompt, manner) {
        if (prompt.kind === 'speech') rendered.push(...prompt.segments.map(({ text }) => text))
        return spoken.render(prompt, manner)
      },
    }
    await prepareMenu(menu, speech, new FakeClock())
    expect(rendered.toSorted()).toEqual(['ask', 'bye', 'hash', 'one'])
  })
})
