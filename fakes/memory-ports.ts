import type { AccessKey, Account, QueueToken } from '../src/domain/account/account.ts'
import type { User } from '../src/domain/account/user.ts'
import type { Call, Product } from '../src/domain/call/call.ts'
import { bridgeOf } from '../src/domain/script/script.ts'
import type { Template } from '../src/domain/template/template.ts'
import type { Voice } from '../src/domain/template/voice.ts'
import type { AcceptGuard, AcceptResult, CalleeFrequency, CancelResult, Ports } from '../src/operations/ports.ts'
import type { CallRecord } from '../src/records/call-record.ts'
import { createSeal } from '../src/store/secrets/seal.ts'
import { createTemporaryKeys } from '../src/store/secrets/temporary-keys.ts'

/** What the memory ports start with; absent parts are those of the dev profile. */
export interface MemoryPortsContent {
  accounts?: readonly Account[]
  accessKeys?: readonly AccessKey[]
  users?: readonly User[]
  /** Account and number. */
  numbers?: readonly (readonly [accountId: string, number: string])[]
  templates?: readonly Template[]
  voices?: readonly Voice[]
  blacklist?: readonly string[]
}

const accountId = '1000000001'
const windowMs: Readonly<Record<keyof CalleeFrequency, number>> = {
  perMinute: 60_000,
  perHour: 3_600_000,
  perDay: 86_400_000,
}

/**
 * Everything operations ask for, in memory and without durability: for tests. Accepted calls stay in `accepted`; a
 * record is added with `finish`. Content can be changed while it is in use.
 */
export class MemoryPorts implements Ports {
  readonly accepted: { call: Call; guard: AcceptGuard }[] = []
  /** CallIds that were called off. */
  readonly calledOff = new Set<string>()
  readonly accounts: Account[]
  readonly accessKeys: AccessKey[]
  readonly users: User[]
  /** Ten-thousandths of the currency unit for a started minute, of every account. */
  readonly pricesE4 = new Map<Product, number>()
  /** What is left of every account's balance; only calls with a price go off it. */
  balanceE4 = 0
  readonly numbers: (readonly [accountId: string, number: string])[]
  readonly templates: Template[]
  readonly voices: Voice[]
  readonly words: string[]
  readonly #records = new Map<string, CallRecord>()
  readonly #tokens = new Map<string, QueueToken>()

  constructor(content: MemoryPortsContent = {}) {
    this.accounts = [...(content.accounts ?? [{ accountId, name: 'dev', state: 'normal' as const }])]
    this.accessKeys = [
      ...(content.accessKeys ?? [{ accessKeyId: 'testId', accountId, secret: 'testSecret', enabled: true }]),
    ]
    this.users = [...(content.users ?? [])]
    this.numbers = [...(content.numbers ?? [[accountId, '057128880000'] as const])]
    this.templates = [...(content.templates ?? devTemplates)]
    this.voices = [...(content.voices ?? [{ code: 'hello.wav', accountId, review: 'approved' } as const])]
    this.words = [...(content.blacklist ?? [])]
  }

  readonly directory = {
    account: async (id: string) => this.accounts.find((one) => one.accountId === id),
    accessKey: async (id: string) => this.accessKeys.find((one) => one.accessKeyId === id),
    user: async (id: string, name: string) => this.users.find((one) => one.accountId === id && one.userName === name),
    pricePerMinuteE4: async (_id: string, product: Product) => this.pricesE4.get(product) ?? 0,
    ownsNumber: async (id: string, number: string) => this.numbers.some((own) => own[0] === id && own[1] === number),
    template: async (id: string, code: string) =>
      this.templates.find((one) => one.accountId === id && one.code === code),
    voice: async (id: string, code: string) => this.voices.find((one) => one.accountId === id && one.code === code),
    blacklist: async () => this.words,
  }

  readonly calls = {
    accept: async (call: Call, guard: AcceptGuard): Promise<AcceptResult> => {
      const { accessKeyId, nonce } = guard
      const replayed = this.accepted.some(({ guard: one }) => one.accessKeyId === accessKeyId && one.nonce === nonce)
      if (replayed) return { accepted: false, because: 'replayed' }
      const limited = guard.frequency && this.#frequencyReached(call, guard.frequency)
      if (limited) return { accepted: false, because: 'tooFrequent', ...limited }
      if (guard.price !== undefined) {
        if (guard.price.heldE4 > this.balanceE4) return { accepted: false, because: 'unaffordable' }
        this.balanceE4 -= guard.price.heldE4
      }
      this.accepted.push({ call, guard })
      return { accepted: true }
    },
    cancel: async (id: string, callId: string): Promise<CancelResult> => {
      if (!this.accepted.some(({ call }) => call.callId === callId && call.accountId === id)) return 'unknown'
      if (this.#records.has(callId) && !this.calledOff.has(callId)) return 'ended'
      this.calledOff.add(callId)
      return 'cancelled'
    },
  }

  readonly temporaryKeys = createTemporaryKeys(createSeal(Buffer.alloc(32, 7)))

  readonly records = {
    find: async (id: string, callId: string) => {
      const found = this.accepted.find(({ call }) => call.callId === callId && call.accountId === id)
      return found && { call: found.call, record: this.#records.get(callId) }
    },
  }

  readonly queueTokens = {
    current: async (id: string, now: number): Promise<QueueToken> => {
      const held = this.#tokens.get(id)
      const lifeMs = 3_600_000
      if (held !== undefined && held.expiresAt - now > lifeMs / 3) return held
      const token = {
        accountId: id,
        accessKeyId: `STS.${id}`,
        accessKeySecret: `secret-${now}`,
        securityToken: `token-${now}`,
        createdAt: now,
        expiresAt: now + lifeMs,
      }
      this.#tokens.set(id, token)
      return token
    },
  }

  /** Closes a call with this record. */
  finish(record: CallRecord): void {
    this.#records.set(record.callId, record)
  }

  /** The limit that the callee has reached, when it ends latest; windows slide, and every accepted call counts. */
  #frequencyReached(call: Call, frequency: CalleeFrequency) {
    const rung = numbersOf(call)
    const times = this.accepted
      .map((one) => one.call)
      .filter((one) => one.accountId === call.accountId && one.product === call.product)
      .filter((one) => numbersOf(one).some((number) => rung.includes(number)))
      .map((one) => one.acceptedAt)
    let reached: { limit: keyof CalleeFrequency; nextAt: number } | undefined
    for (const limit of ['perMinute', 'perHour', 'perDay'] as const) {
      const first = times.filter((at) => at > call.acceptedAt - windowMs[limit]).at(-frequency[limit])
      if (first === undefined) continue
      const nextAt = first + windowMs[limit]
      if (reached === undefined || nextAt > reached.nextAt) reached = { limit, nextAt }
    }
    return reached
  }
}

/** The numbers that a call rings. */
function numbersOf({ calledNumber, script }: Call): string[] {
  const bridge = bridgeOf(script)
  return bridge === undefined ? [calledNumber] : [calledNumber, bridge.to]
}

const devTemplates: readonly Template[] = [
  {
    code: 'TTS_10001',
    accountId,
    kind: 'verification',
    text: '您的验证码是${code}，五分钟内有效。',
    review: 'approved',
  },
  {
    code: 'TTS_10002',
    accountId,
    kind: 'notification',
    text: '${name}您好，您预约的时间是${time}。',
    review: 'approved',
  },
]
