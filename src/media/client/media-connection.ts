import type { ChildProcess } from 'node:child_process'
import type { Clock, Timer } from '../../lib/clock.ts'
import { forkModule } from '../../lib/fork-module.ts'
import type { Log } from '../../lib/log.ts'
import { MediaUnavailable } from '../media.ts'
import type {
  AnswerMessage,
  CommandName,
  Input,
  NewsMessage,
  Output,
  ProcessMessage,
  ProcessSettings,
  RefusalMessage,
} from '../process/commands.ts'

export interface ConnectionEvents {
  /** The process sent something, whatever it was: it lives. */
  sign: () => void
  news: (news: NewsMessage) => void
  /** The process is gone; all commands were rejected before. Comes once. */
  ended: () => void
}

/**
 * How long commands may take that wait for something outside of the process: a name server, a disk. All others are
 * answered at once by a process that is alive, or when something has ended, however long that takes.
 */
const answerWithinMs: { readonly [Name in CommandName]?: number } = {
  connect: 15_000,
  record: 10_000,
  recordCall: 10_000,
  stopRecording: 20_000,
  close: 20_000,
}

/** A disk that hangs holds a thread per recording; prompts must still find one. */
const fileThreads = '16'

interface PendingCommand<Name extends CommandName> {
  deadline: Timer | undefined
  resolve: (output: Output<Name>) => void
  reject: (error: Error) => void
}
type Pending = { readonly [Name in CommandName]: Map<number, PendingCommand<Name>> }

/** One life of the media process: its message channel and the commands that wait for an answer. */
export class MediaConnection {
  readonly #process: ChildProcess
  readonly #clock: Clock
  readonly #log: Log
  readonly #events: ConnectionEvents
  readonly #pending: Pending = {
    open: new Map(),
    connect: new Map(),
    play: new Map(),
    stopPlayback: new Map(),
    press: new Map(),
    record: new Map(),
    recordCall: new Map(),
    stopRecording: new Map(),
    listen: new Map(),
    stopListening: new Map(),
    sessionStatistics: new Map(),
    close: new Map(),
    bridge: new Map(),
    closeBridge: new Map(),
    statistics: new Map(),
    ping: new Map(),
    shutDown: new Map(),
  }
  #nextId = 1
  #hasEnded = false

  /** Starts a process; its first news is `ready`. */
  constructor(settings: ProcessSettings, clock: Clock, log: Log, events: ConnectionEvents) {
    this.#clock = clock
    this.#log = log
    this.#events = events
    this.#process = forkModule(import.meta.url, '../process/media-process', {
      args: [JSON.stringify(settings)],
      env: { ...process.env, UV_THREADPOOL_SIZE: fileThreads },
    })
    this.#process.on('message', (message: ProcessMessage) => this.#receive(message))
    this.#process.on('error', (error) => log.error({ reason: error.message }, 'media process: channel failed'))
    this.#process.on('exit', (code, signal) => this.#end(code, signal))
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /**
   * Sends a command. @throws what the process answered, or {@link MediaUnavailable} when it is or goes away, or does not
   *   answer in time
   */
  request<Name extends CommandName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded || !this.#process.connected) {
        reject(new MediaUnavailable('the media process is gone'))
        return
      }
      const id = this.#nextId++
      this.#pending[name].set(id, { resolve, reject, deadline: this.#deadline(name, id) })
      const message: { id: number; name: Name; input: Input<Name> } = { id, name, input }
      this.#process.send(message, (error) => {
        if (error !== null)
          this.#take(name, id)?.reject(new MediaUnavailable(`no way to the process: ${error.message}`))
      })
    })
  }

  /**
   * Sends a command whose answer nobody waits for. When the process is or goes away, its end tells; what it refuses is
   * logged.
   */
  tell<Name extends CommandName>(name: Name, input: Input<Name>): void {
    this.request(name, input).catch((error: unknown) => {
      if (!(error instanceof MediaUnavailable)) this.#log.error({ command: name, err: error }, 'media process: refused')
    })
  }

  /** Ends a process that does not end by itself. */
  kill(): void {
    this.#process.kill('SIGKILL')
  }

  #receive(message: ProcessMessage): void {
    this.#events.sign()
    if (message.kind === 'answer') this.#settle(message)
    else if (message.kind === 'refusal') this.#refuse(message)
    else if (message.kind === 'log') this.#log[message.level](message.fields, message.message)
    else this.#events.news(message)
  }

  #settle<Name extends CommandName>(answer: AnswerMessage<Name>): void {
    this.#take(answer.name, answer.id)?.resolve(answer.output)
  }

  #refuse({ id, name, error }: RefusalMessage): void {
    this.#take(name, id)?.reject(revive(error))
  }

  #deadline(name: CommandName, id: number): Timer | undefined {
    const withinMs = answerWithinMs[name]
    if (withinMs === undefined) return undefined
    const late = `the media process did not answer within ${withinMs / 1000} s: ${name}`
    return this.#clock.after(withinMs, () => this.#take(name, id)?.reject(new MediaUnavailable(late)))
  }

  #take<Name extends CommandName>(name: Name, id: number): PendingCommand<Name> | undefined {
    const waiting = this.#pending[name]
    const command = waiting.get(id)
    waiting.delete(id)
    command?.deadline?.cancel()
    return command
  }

  #end(code: number | null, signal: string | null): void {
    this.#hasEnded = true
    if (code !== 0) this.#log.error({ code, signal }, 'media process ended')
    for (const waiting of Object.values(this.#pending)) {
      for (const { reject, deadline } of waiting.values()) {
        deadline?.cancel()
        reject(new MediaUnavailable('the media process ended'))
      }
      waiting.clear()
    }
    this.#events.ended()
  }
}

/** Errors lose their class on the channel; those of the contract get it back. */
function revive({ name, message }: RefusalMessage['error']): Error {
  if (name === 'MediaUnavailable') return new MediaUnavailable(message)
  if (name === 'RangeError') return new RangeError(message)
  return new Error(message)
}
