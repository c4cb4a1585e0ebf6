import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { Rounds } from '../../lib/rounds.ts'
import type { SipTarget, SipUserAgent } from '../../sip/user-agent.types.ts'
import type { ResolveNextHop } from './ports.ts'
import type { PingResult } from './trunk-health.ts'

export interface NextHopParts {
  readonly agent: Pick<SipUserAgent, 'options'>
  readonly resolve: ResolveNextHop
  readonly clock: Clock
  readonly log: Log
  /** It has other addresses now. */
  readonly changed: () => void
  /** It has addresses now, and had none before. */
  readonly found: () => void
}

/** Next hops are looked up again this often: the resolver remembers what DNS said for as long as it holds. */
const lookUpMs = 10_000

/** More addresses than this are not asked by OPTIONS: no call tries more of them. */
const mostAsked = 6

/** Where a trunk leads: the addresses of its host, looked up again and again, and which of them answer. */
export class NextHop {
  readonly #profile: TrunkProfile
  readonly #parts: NextHopParts
  readonly #lookUps: Rounds
  #targets: readonly SipTarget[] = []
  /** Those that did not answer OPTIONS when they were asked last. */
  readonly #silent = new Set<string>()
  /** Which question to each was the last. */
  readonly #lastAsked = new Map<string, number>()
  #questions = 0
  #trouble = 'its name is being looked up'
  #isClosed = false

  constructor(profile: TrunkProfile, parts: NextHopParts) {
    const { clock, log } = parts
    this.#profile = profile
    this.#parts = parts
    this.#lookUps = new Rounds({
      everyMs: lookUpMs,
      clock,
      work: () => this.#lookUp(),
      failed: (error) => {
        this.#trouble = `its address cannot be found: ${error instanceof Error ? error.message : String(error)}`
        log.warn({ trunk: profile.name, err: String(error) }, 'the address of a next hop could not be looked up')
      },
    })
    this.#lookUps.startNow()
  }

  /** Its addresses, best first; those that do not answer OPTIONS come last. */
  get targets(): readonly SipTarget[] {
    if (this.#silent.size === 0) return this.#targets
    const isSilent = (target: SipTarget) => this.#silent.has(nameOf(target))
    return [...this.#targets.filter((target) => !isSilent(target)), ...this.#targets.filter(isSilent)]
  }

  /** Why it has no address, in words; `undefined` when it has one. */
  get trouble(): string | undefined {
    return this.#targets.length === 0 ? this.#trouble : undefined
  }

  /** Asks its addresses whether they are there: one is enough, calls find it. @throws when there is no address */
  async ping(): Promise<PingResult> {
    const targets = this.#targets.length > 0 ? this.#targets : await this.#parts.resolve(this.#profile)
    if (targets.length === 0) throw new Error('its address cannot be found')
    const asked = targets.slice(0, mostAsked).map((target) => this.#ask(target))
    return await new Promise((resolve, reject) => {
      let open = asked.length
      const hear = (result: PingResult) => {
        open--
        if (result.isAlive || open === 0) resolve(result)
      }
      for (const answer of asked) answer.then(hear, reject)
    })
  }

  close(): void {
    this.#isClosed = true
    this.#lookUps.stop()
  }

  async #ask(target: SipTarget): Promise<PingResult> {
    const name = nameOf(target)
    const question = ++this.#questions
    this.#lastAsked.set(name, question)
    const { status, reason } = await this.#parts.agent.options(target)
    const isAlive = status !== 408 && status !== 503
    // Silence is told late, and may come after the answer to the question that followed.
    if (this.#lastAsked.get(name) === question) {
      if (isAlive) this.#silent.delete(name)
      else this.#silent.add(name)
    }
    const words = status === 408 ? 'does not answer OPTIONS' : `answers OPTIONS with ${status} ${reason}`.trim()
    return { isAlive, words }
  }

  async #lookUp(): Promise<void> {
    const { resolve, changed, found } = this.#parts
    const targets = await resolve(this.#profile)
    if (this.#isClosed) return
    const before = hostsOf(this.#targets)
    this.#targets = targets
    const names = new Set(targets.map(nameOf))
    for (const name of this.#silent) if (!names.has(name)) this.#silent.delete(name)
    for (const name of this.#lastAsked.keys()) if (!names.has(name)) this.#lastAsked.delete(name)
    if (hostsOf(targets) !== before) changed()
    if (before === '') found()
  }
}

/** Without an order: that of a service is drawn anew each time. */
function hostsOf(targets: readonly SipTarget[]): string {
  return targets
    .map(({ host }) => host)
    .sort()
    .join(' ')
}

function nameOf({ transport, host, port }: SipTarget): string {
  return `${transport} ${host} ${port}`
}
