import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import type { Log } from '../../lib/log.ts'
import type { Registration } from '../../sip/registration/registration.types.ts'
import type { SipTarget, SipUserAgent } from '../../sip/user-agent.types.ts'

/** Over UDP a router forgets the way back after half a minute or less. */
const keepAliveSeconds = 20

/** A trunk's registration at its carrier: without it the carrier takes no calls from here. */
export class TrunkRegistration {
  readonly #registration: Registration
  #isRegistered = false
  #words = 'registering'

  constructor(
    profile: TrunkProfile,
    parts: {
      agent: Pick<SipUserAgent, 'register'>
      targets: () => Promise<readonly SipTarget[]>
      log: Log
      changed: () => void
    },
  ) {
    const { username, password, fromDomain, host, name } = profile
    this.#registration = parts.agent.register({
      targets: parts.targets,
      user: username,
      domain: fromDomain || host,
      credentials: { username, password },
      keepAliveSeconds,
    })
    this.#registration.on('registered', ({ expiresSeconds }) => {
      if (!this.#isRegistered) parts.log.info({ trunk: name, expiresSeconds }, 'trunk registered')
      this.#isRegistered = true
      this.#words = 'registered'
      parts.changed()
    })
    this.#registration.on('failed', ({ status, reason, retrySeconds }) => {
      parts.log.warn({ trunk: name, status, reason, retrySeconds }, 'trunk could not be registered')
      // A refresh that failed once leaves what was registered before.
      this.#isRegistered = this.#registration.describe().expiresInSeconds > 0
      this.#words = `not registered: ${status} ${reason}`
      parts.changed()
    })
  }

  get isRegistered(): boolean {
    return this.#isRegistered
  }

  get words(): string {
    return this.#words
  }

  close(): Promise<void> {
    return this.#registration.close()
  }
}
