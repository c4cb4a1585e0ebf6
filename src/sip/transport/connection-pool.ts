import type { StreamConnection } from './stream-connection.ts'
import type { Remote } from './transport.ts'

/** Addresses whose terms are remembered: more than any operator has trunks. */
const mostTerms = 1000

/**
 * The open connections of a transport, to be used again (RFC 3261 §18): by their number, by their address, and over TLS by
 * the name and the trust they were opened under. A request that only knows an address, as the Contact of a call gives it,
 * goes under the terms that this address was last called under.
 */
export class ConnectionPool {
  readonly #byId = new Map<number, StreamConnection>()
  /** The newest for each key. */
  readonly #byKey = new Map<string, StreamConnection>()
  readonly #keys = new Map<StreamConnection, readonly string[]>()
  readonly #terms = new Map<string, Remote>()
  /** Authorities are told apart by a number: their text is long. */
  readonly #authorities = new Map<string, number>()
  #lastId = 0

  get size(): number {
    return this.#byId.size
  }

  nextId(): number {
    return ++this.#lastId
  }

  all(): Iterable<StreamConnection> {
    return [...this.#byId.values()]
  }

  /** The connection of that number, else one to that far end. */
  find(id: number | undefined, remote: Remote): StreamConnection | undefined {
    const known = id === undefined ? undefined : this.#byId.get(id)
    return known ?? this.#byKey.get(this.#keyOf(remote))
  }

  /** What a connection to that far end is to be opened under. */
  termsFor(remote: Remote): Remote {
    const { transport, host, port, certificateName, trust } = remote
    const address = addressOf(remote)
    if (certificateName === undefined && trust === undefined) {
      return this.#terms.get(address) ?? { transport, host, port }
    }
    const terms = {
      transport,
      host,
      port,
      ...(certificateName !== undefined && { certificateName }),
      ...(trust !== undefined && { trust }),
    }
    const [oldest] = this.#terms.keys()
    if (this.#terms.size >= mostTerms && oldest !== undefined) this.#terms.delete(oldest)
    this.#terms.set(address, terms)
    return terms
  }

  add(connection: StreamConnection, peer: Remote): void {
    const keys = [...new Set([addressOf(peer), this.#keyOf(peer)])]
    this.#byId.set(connection.id, connection)
    this.#keys.set(connection, keys)
    for (const key of keys) this.#byKey.set(key, connection)
  }

  remove(connection: StreamConnection): void {
    this.#byId.delete(connection.id)
    for (const key of this.#keys.get(connection) ?? []) {
      if (this.#byKey.get(key) === connection) this.#byKey.delete(key)
    }
    this.#keys.delete(connection)
  }

  #keyOf(remote: Remote): string {
    const { certificateName, trust } = remote
    if (certificateName === undefined && trust === undefined) return addressOf(remote)
    return `${addressOf(remote)} ${certificateName ?? ''} ${trust?.verify ?? ''} ${this.#numberOf(trust?.authorities)}`
  }

  #numberOf(authorities: string | undefined): number {
    if (authorities === undefined) return 0
    const known = this.#authorities.get(authorities)
    if (known !== undefined) return known
    this.#authorities.set(authorities, this.#authorities.size + 1)
    return this.#authorities.size
  }
}

function addressOf({ host, port }: Remote): string {
  return `${host} ${port}`
}
