import type { EventBus } from '../events/event-bus.ts'
import type { CallEnded } from '../events/event-map.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { withPatience } from '../lib/patience.ts'
import { Rounds } from '../lib/rounds.ts'
import type { RtpStatistics } from '../media/media.ts'
import { withoutSecrets } from '../sip/message/without-secrets.ts'
import type { SipMessageEvent } from '../sip/user-agent.types.ts'
import { endWords } from './end-words.ts'
import { packTrace } from './pack-trace.ts'
import type { TraceBook, TracePart } from './ports.ts'
import type { SocketName, TraceEntry } from './trace-entry.ts'

export interface TraceKeeperOptions {
  readonly book: TraceBook
  readonly clock: Clock
  readonly log: Log
}

/** What one call has to tell that is not in the store yet. */
interface Story {
  readonly entries: TraceEntry[]
  /** Entries beyond the most that one part keeps. */
  leftOut: number
  lastAtMs: number
  endedAtMs: number | undefined
}

/** After its end a call still gets the answer to its BYE. */
const afterEndMs = 2_000

/** What a call told is written after so long without news, so that a crash takes no more than that. */
const quietMs = 20_000

/** A far end that sends without end fills no store. */
const mostEntriesOfPart = 400

/** Calls whose entries wait for the store; the oldest are dropped when it is away for long. */
const mostStories = 20_000

/** Calls that one write takes. */
const mostPartsOfWrite = 200

const sweepMs = 1_000

/** The beginning of a Call-ID header of ours: the call's own id, with its `^` as a dot. */
const callIdInHeader = /^(\d{12})\.(\d{12})-/

/**
 * Keeps what happens to each call, for the operator who asks later: its SIP messages, its moves, what RTP counted. A trace
 * is not a record: it is written a moment after the call, in portions, and when the store is away for long the oldest are
 * given up, which the log tells.
 */
export class TraceKeeper {
  readonly #options: TraceKeeperOptions
  readonly #stories = new Map<string, Story>()
  readonly #sweeps: Rounds
  #dropped = 0

  constructor(options: TraceKeeperOptions) {
    const { clock, log } = options
    this.#options = options
    this.#sweeps = new Rounds({
      everyMs: sweepMs,
      clock,
      work: () => this.#write(this.#due()),
      failed: (error) => log.error({ err: error }, 'traces could not be packed'),
    })
  }

  /** To be given to the user agent as its `onMessage`. What belongs to no call of ours is passed over. */
  readonly onMessage = (event: SipMessageEvent): void => {
    const [, first, second] = callIdInHeader.exec(event.callId) ?? []
    if (first === undefined || second === undefined) return
    const { at, direction, transport, local, remote, callId: sipCallId } = event
    const text = withoutSecrets(event.text())
    this.#add(`${first}^${second}`, { kind: 'sip', at, direction, transport, local, remote, sipCallId, text })
  }

  /** An INVITE of the call left over that trunk. */
  readonly legBegan = (callId: string, trunk: string, sipCallId: string): void => {
    this.#add(callId, { kind: 'leg', at: this.#options.clock.now(), trunk, sipCallId })
  }

  /** A leg of the call is over: what its RTP session counted. */
  readonly soundEnded = (callId: string, local: SocketName, statistics: RtpStatistics): void => {
    this.#add(callId, { kind: 'sound', at: this.#options.clock.now(), local, statistics })
  }

  /** Begins to listen, and to write. */
  start(bus: EventBus): void {
    const tell = (words: string) => (news: { call: { callId: string }; at: number }) =>
      this.#add(news.call.callId, { kind: 'state', at: news.at, words })
    bus.on('call.dialling', tell('dialling'))
    bus.on('call.ringing', tell('ringing'))
    bus.on('call.answered', tell('answered'))
    bus.on('call.calleeDialling', tell('the callee is dialled'))
    bus.on('call.calleeRinging', tell('the callee rings'))
    bus.on('call.calleeAnswered', tell('the callee answered'))
    bus.on('call.keyPressed', tell('a key was pressed'))
    bus.on('call.ended', (ended) => this.#ended(ended))
    this.#sweeps.start()
  }

  /** Writes what is not written: no longer than `patienceMs`. */
  async close(patienceMs: number): Promise<void> {
    await withPatience(this.#options.clock, patienceMs, this.#writeAll())
  }

  async #writeAll(): Promise<void> {
    await this.#sweeps.close()
    await this.#write([...this.#stories.keys()])
  }

  /** Resolves when the write that is under way is over. */
  written(): Promise<void> {
    return this.#sweeps.settled()
  }

  #add(callId: string, entry: TraceEntry): Story {
    const known = this.#stories.get(callId)
    const story = known ?? { entries: [], leftOut: 0, lastAtMs: 0, endedAtMs: undefined }
    story.lastAtMs = this.#options.clock.monotonicMs()
    if (story.entries.length < mostEntriesOfPart) story.entries.push(entry)
    else story.leftOut++
    if (known === undefined) this.#keep(callId, story)
    return story
  }

  #keep(callId: string, story: Story): void {
    this.#stories.set(callId, story)
    if (this.#stories.size <= mostStories) return
    const [oldest] = this.#stories.keys()
    if (oldest !== undefined) this.#stories.delete(oldest)
    this.#dropped++
  }

  #ended(ended: CallEnded): void {
    const story = this.#add(ended.call.callId, { kind: 'state', at: ended.endedAt, words: endWords(ended) })
    story.endedAtMs = this.#options.clock.monotonicMs()
  }

  /** Calls that have told all for now. */
  #due(): string[] {
    const nowMs = this.#options.clock.monotonicMs()
    return [...this.#stories].flatMap(([callId, { entries, lastAtMs, endedAtMs }]) => {
      const isOver = endedAtMs !== undefined && nowMs - endedAtMs >= afterEndMs
      const isDue = isOver || entries.length === mostEntriesOfPart || nowMs - lastAtMs >= quietMs
      return isDue ? [callId] : []
    })
  }

  async #write(callIds: readonly string[]): Promise<void> {
    const { book, log } = this.#options
    if (this.#dropped > 0) log.warn({ calls: this.#dropped }, 'the store is away: traces of calls were given up')
    this.#dropped = 0
    for (let from = 0; from < callIds.length; from += mostPartsOfWrite) {
      const portion = callIds.slice(from, from + mostPartsOfWrite).flatMap((callId) => this.#take(callId))
      try {
        await book.add(await Promise.all(portion.map(packed)))
      } catch (error) {
        log.warn({ calls: portion.length, err: error }, 'traces could not be written, trying again')
        for (const { callId, story } of portion) this.#giveBack(callId, story)
        return
      }
    }
  }

  #take(callId: string): { callId: string; story: Story }[] {
    const story = this.#stories.get(callId)
    this.#stories.delete(callId)
    return story === undefined ? [] : [{ callId, story }]
  }

  /** What was told meanwhile comes after it. */
  #giveBack(callId: string, story: Story): void {
    const since = this.#stories.get(callId)
    if (since === undefined) {
      this.#keep(callId, story)
      return
    }
    const room = mostEntriesOfPart - story.entries.length
    story.leftOut += since.leftOut + Math.max(0, since.entries.length - room)
    story.entries.push(...since.entries.slice(0, Math.max(0, room)))
    story.lastAtMs = since.lastAtMs
    story.endedAtMs ??= since.endedAtMs
    this.#stories.set(callId, story)
  }
}

async function packed({ callId, story }: { callId: string; story: Story }): Promise<TracePart> {
  const { entries, leftOut } = story
  const at = entries.at(-1)?.at ?? 0
  const rest: TraceEntry[] = leftOut === 0 ? [] : [{ kind: 'state', at, words: `${leftOut} further entries left out` }]
  return { callId, packed: await packTrace([...entries, ...rest]) }
}
