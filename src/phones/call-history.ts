import type { PhoneCallRecord } from './phone-call-record.ts'

export interface HistoryLimits {
  /** Calls kept for one phone. */
  readonly perPhone: number
  /** Calls kept for all phones. */
  readonly total: number
  /** Recordings kept for all phones, bytes. */
  readonly recordedBytes: number
}

export const historyLimits: HistoryLimits = { perPhone: 20, total: 500, recordedBytes: 512 * 1024 * 1024 }

/** 8 kHz, 16-bit, mono. */
const bytesPerRecordedMs = 16

/** The calls of all phones, oldest first, and which of them go when there are too many. Calls that still run stay. */
export class CallHistory {
  readonly #limits: HistoryLimits
  readonly #calls = new Map<string, PhoneCallRecord>()
  readonly #byNumber = new Map<string, PhoneCallRecord[]>()

  constructor(limits: HistoryLimits = historyLimits) {
    this.#limits = limits
  }

  add(record: PhoneCallRecord): void {
    this.#calls.set(record.id, record)
    const own = this.#byNumber.get(record.number)
    if (own === undefined) this.#byNumber.set(record.number, [record])
    else own.push(record)
  }

  /** Takes out the oldest ended calls until every limit is kept. @returns what was taken out: its files may go */
  prune(): PhoneCallRecord[] {
    const gone: PhoneCallRecord[] = []
    for (const own of this.#byNumber.values()) {
      for (const record of own.slice(0, Math.max(0, own.length - this.#limits.perPhone))) this.#remove(record, gone)
    }
    let bytes = [...this.#calls.values()].reduce((sum, record) => sum + recordedBytes(record), 0)
    for (const record of this.#calls.values()) {
      if (this.#calls.size <= this.#limits.total && bytes <= this.#limits.recordedBytes) break
      if (this.#remove(record, gone)) bytes -= recordedBytes(record)
    }
    return gone
  }

  /** Calls of one phone, oldest first. */
  of(number: string): readonly PhoneCallRecord[] {
    return this.#byNumber.get(number) ?? []
  }

  find(number: string, id: string): PhoneCallRecord | undefined {
    const record = this.#calls.get(id)
    return record?.number === number ? record : undefined
  }

  /** Numbers with calls, the one called last at the end. */
  numbers(): string[] {
    const last = (number: string) => this.of(number).at(-1)?.startedAt ?? 0
    return [...this.#byNumber.keys()].sort((a, b) => last(a) - last(b))
  }

  #remove(record: PhoneCallRecord, gone: PhoneCallRecord[]): boolean {
    if (record.endedAt === undefined) return false
    this.#calls.delete(record.id)
    const rest = this.of(record.number).filter((other) => other !== record)
    if (rest.length === 0) this.#byNumber.delete(record.number)
    else this.#byNumber.set(record.number, rest)
    gone.push(record)
    return true
  }
}

function recordedBytes(record: PhoneCallRecord): number {
  return (record.heardMs ?? 0) * bytesPerRecordedMs
}
