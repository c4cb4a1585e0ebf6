import { describe, expect, it } from 'vitest'
import { lastLines, run } from './run-process.js'
import { runSteps } from './run-steps.js'

const node = (script: string, options = {}) => run(process.execPath, ['-e', script], options)

describe('running a program', () => {
  it('keeps what it printed on both streams', async () => {
    const result = await node("console.log('one'); console.error('two')")
    expect(result.ok).toBe(true)
    expect(result.output.trim().split('\n').sort()).toEqual(['one', 'two'])
  })

  it('tells failure from success by the exit code', async () => {
    expect((await node('process.exit(3)')).ok).toBe(false)
  })

  it('counts a program that does not exist as failed, and says which', async () => {
    const result = await run('no-such-program', [])
    expect(result).toMatchObject({ ok: false, output: expect.stringContaining('no-such-program') })
  })

  it('ends a program that runs too long', async () => {
    const result = await node('setInterval(() => {}, 1000)', { limitSeconds: 0.2 })
    expect(result).toMatchObject({ ok: false, output: expect.stringContaining('ended after 0.2 s') })
  })
})

it('runs every step although one fails, and names what failed', async () => {
  const done: string[] = []
  const step = (name: string, ok: boolean) => ({
    name,
    async start() {
      done.push(name)
      return { ok, output: '', seconds: 0 }
    },
  })
  expect(await runSteps([step('types', true), step('lint', false), step('units', true)])).toEqual(['lint'])
  expect(done).toEqual(['types', 'lint', 'units'])
})

it('shows the end of a long output', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc')
})
