import type { ChildProcess } from 'node:child_process'
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
  news: (news: NewsMessage) => void
  /** The process is gone; all commands were rejected before. Comes once. */
  ended: () => void
}

interface PendingCommand<Name extends CommandName> {
  resolve: (output: Output<Name>) => void
  reject: (error: Error) => void
}
type Pending = { readonly [Name in CommandName]: Map<number, PendingCommand<Name>> }

/** One life of the media process: its message channel and the commands that wait for an answer. */
export class MediaConnection {
  readonly #process: ChildProcess
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
    shutDown: new Map(),
  }
  #nextId = 1
  #hasEnded = false

  /** Starts a process; its first news is `ready`. */
  constructor(settings: ProcessSettings, log: Log, events: ConnectionEvents) {
    this.#log = log
    this.#events = events
    this.#process = forkModule(import.meta.url, '../process/media-process', { args: [JSON.stringify(settings)] })
    this.#process.on('message', (message: ProcessMessage) => this.#receive(message))
    this.#process.on('error', (error) => log.error({ reason: error.message }, 'media process: channel failed'))
    this.#process.on('exit', (code, signal) => this.#end(code, signal))
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Sends a command. @throws what the process answered, or {@link MediaUnavailable} when it is or goes away */
  request<Name extends CommandName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded || !this.#process.connected) {
        reject(new MediaUnavailable('the media process is gone'))
        return
      }
      const id = this.#nextId++
      this.#pending[name].set(id, { resolve, reject })
      const message: { id: number; name: Name; input: Input<Name> } = { id, name, input }
      // A channel that breaks is followed by the exit of the process, which rejects what waits.
      this.#process.send(message, () => undefined)
    })
  }

  /** Ends a process that does not end by itself. */
  kill(): void {
    this.#process.kill('SIGKILL')
  }

  #receive(message: ProcessMessage): void {
    if (message.kind === 'answer') this.#settle(message)
    else if (message.kind === 'refusal') this.#refuse(message)
    else if (message.kind === 'log') this.#log[message.level](message.fields, message.message)
    else this.#events.news(message)
  }

  #settle<Name extends CommandName>(answer: AnswerMessage<Name>): void {
    const waiting = this.#pending[answer.name]
    waiting.get(answer.id)?.resolve(answer.output)
    waiting.delete(answer.id)
  }

  #refuse({ id, name, error }: RefusalMessage): void {
    const waiting = this.#pending[name]
    waiting.get(id)?.reject(revive(error))
    waiting.delete(id)
  }

  #end(code: number | null, signal: string | null): void {
    this.#hasEnded = true
    if (code !== 0) this.#log.error({ code, signal }, 'media process ended')
    for (const waiting of Object.values(this.#pending)) {
      for (const { reject } of waiting.values()) reject(new MediaUnavailable('the media process ended'))
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
