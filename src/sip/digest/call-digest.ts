import type { SipResponse } from '../message/message.ts'
import type { Credentials } from '../sip-target.ts'
import { comesFromAsked } from '../transport/asked-host.ts'
import type { Received } from '../transport/transports.ts'
import { DigestClient } from './digest-client.ts'

/** Which request was challenged: the first INVITE, or one within the dialog that came of it. */
export type ChallengedRequest = 'invite' | 'inDialog'

/**
 * The credentials of one call. They belong to the realms that the next hop named, its own and those of proxies and servers
 * behind it (RFC 3261 §22.2, §22.3): requests within the dialog may go anywhere that the far end says, and whoever is there
 * must not get a digest by naming a realm of its own.
 */
export class CallDigest {
  readonly #client: DigestClient
  readonly #nextHop: string
  readonly #realms = new Set<string>()

  /** @param nextHop host that the INVITE goes to */
  constructor(credentials: Credentials, nextHop: string) {
    this.#client = new DigestClient(credentials)
    this.#nextHop = nextHop
  }

  /**
   * Takes a 401 or 407. A new realm counts when the next hop names it: in answers to the INVITE, or within the dialog when
   * nobody asked before.
   *
   * @returns whether trying again makes sense
   */
  challenged({ message, source }: Received<SipResponse>, request: ChallengedRequest): boolean {
    const mayBeNew = comesFromAsked(this.#nextHop, source.host) && (request === 'invite' || this.#realms.size === 0)
    return this.#client.challenged(message, (realm) => {
      if (mayBeNew) this.#realms.add(realm)
      return this.#realms.has(realm)
    })
  }

  /** An answer other than a challenge came. */
  accepted(): void {
    this.#client.accepted()
  }

  /** The headers that a request to that URI must carry, one for each realm that asked. */
  headersFor(method: string, uri: string): [name: string, value: string][] {
    return this.#client.headersFor(method, uri)
  }
}
