import { ChildProcess } from 'node:child_process'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { silentLog } from '../../lib/log.ts'
import { isHelperRequest } from './helper-messages.ts'
import { HelperProcess } from './helper-process.ts'

/** A child that does what the test says. */
class FakeChild extends ChildProcess {
  override readonly pid = 4711
  override exitCode: number | null = null
  override signalCode: NodeJS.Signals | null = null
  readonly asked: { id: number; body: unknown }[] = []

  override send(message: unknown): boolean {
    if (isHelperRequest(message)) this.asked.push(message)
    return true
  }

  override kill(): boolean {
    this.die('SIGKILL')
    return true
  }

  die(signal: NodeJS.Signals): void {
    if (this.signalCode !== null) return
    this.signalCode = signal
    setImmediate(() => this.emit('exit', null, signal))
  }

  ready(): void {
    this.emit('message', { kind: 'ready', body: 'hello' })
  }

  done(body: unknown): void {
    this.emit('message', { kind: 'done', id: this.asked.at(-1)?.id, body })
  }
}

let clock: FakeClock
let children: FakeChild[]

beforeEach(() => {
  clock = new FakeClock()
  children = []
})

function lastChild(): FakeChild {
  const child = children.at(-1)
  if (child === undefined) throw new Error('no child was started')
  return child
}

function start(): Promise<{ helper: HelperProcess; ready: unknown }> {
  return HelperProcess.start({
    name: 'helper',
    start() {
      const child = new FakeChild()
      children.push(child)
      return child
    },
    log: silentLog,
    clock,
    startLimitMs: 1000,
    jobLimitMs: 500,
    waitingLimit: 3,
  })
}

async function started(): Promise<HelperProcess> {
  const starting = start()
  lastChild().ready()
  return (await starting).helper
}

describe('a helper process', () => {
  it('is there when its child is ready, with what the child says', async () => {
    const starting = start()
    lastChild().ready()
    expect((await starting).ready).toBe('hello')
    expect(clock.pendingTimers).toBe(0)
  })

  it('cannot be started when its child dies first', async () => {
    const starting = start()
    lastChild().die('SIGSEGV')
    await expect(starting).rejects.toThrow('helper ended before it was ready (SIGSEGV)')
    expect(children).toHaveLength(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('cannot be started when its child says nothing', async () => {
    const starting = start()
    const refused = expect(starting).rejects.toThrow('ended before it was ready')
    await clock.advance(1000)
    await refused
  })

  it('does one job at a time, in order', async () => {
    const helper = await started()
    const replies = [helper.ask('one'), helper.ask('two')]
    expect(lastChild().asked.map((one) => one.body)).toEqual(['one'])
    lastChild().done(1)
    expect(lastChild().asked.map((one) => one.body)).toEqual(['one', 'two'])
    lastChild().done(2)
    expect(await Promise.all(replies)).toEqual([1, 2])
    expect(clock.pendingTimers).toBe(0)
  })

  it('passes on why a job failed, and goes on', async () => {
    const helper = await started()
    const failing = helper.ask('one')
    lastChild().emit('message', {
      kind: 'failed',
      id: lastChild().asked[0]?.id,
      name: 'VoiceRefused',
      message: 'too long',
    })
    await expect(failing).rejects.toMatchObject({ name: 'HelperRefused', reason: 'VoiceRefused', message: 'too long' })
    const next = helper.ask('two')
    lastChild().done(2)
    expect(await next).toBe(2)
  })

  it('tries the job again that its child died over', async () => {
    const helper = await started()
    const reply = helper.ask('one')
    lastChild().die('SIGKILL')
    await clock.advance(0)
    expect(children).toHaveLength(2)
    lastChild().ready()
    lastChild().done('again')
    expect(await reply).toBe('again')
  })

  it('gives a job up that two children died over', async () => {
    const helper = await started()
    const reply = expect(helper.ask('one')).rejects.toThrow('helper ended during a job (SIGSEGV)')
    lastChild().die('SIGSEGV')
    await clock.advance(0)
    lastChild().ready()
    lastChild().die('SIGSEGV')
    await clock.advance(0)
    await reply
  })

  it('kills a child that hangs, gives that job up and does the next', async () => {
    const helper = await started()
    const hanging = expect(helper.ask('one')).rejects.toThrow('ended during a job')
    const next = helper.ask('two')
    await clock.advance(500)
    await hanging
    lastChild().ready()
    lastChild().done(2)
    expect(await next).toBe(2)
  })

  it('refuses at once while it cannot be started, and works again when it can', async () => {
    const helper = await started()
    for (let death = 0; death < 3; death++) {
      lastChild().die('SIGSEGV')
      await clock.advance(1000)
    }
    await expect(helper.ask('one')).rejects.toThrow('helper cannot be started')
    lastChild().ready()
    const reply = helper.ask('two')
    lastChild().done(2)
    expect(await reply).toBe(2)
  })

  it('lets only so many jobs wait', async () => {
    const helper = await started()
    const jobs = ['one', 'two', 'three', 'four'].map((job) => helper.ask(job))
    await expect(helper.ask('five')).rejects.toThrow('helper has 3 jobs waiting')
    for (const [index, job] of jobs.entries()) {
      lastChild().done(index)
      expect(await job).toBe(index)
    }
  })

  it('refuses what is open when it is closed, and leaves nothing behind', async () => {
    const helper = await started()
    const jobs = [helper.ask('one'), helper.ask('two')].map((job) => expect(job).rejects.toThrow('helper was closed'))
    await helper.close()
    await Promise.all(jobs)
    await expect(helper.ask('three')).rejects.toThrow('helper is closed')
    expect(lastChild().signalCode).toBe('SIGKILL')
    expect(clock.pendingTimers).toBe(0)
    expect(children).toHaveLength(1)
  })
})
