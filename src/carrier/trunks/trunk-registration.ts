import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import type { Log } from '../../lib/log.ts'
import type { Registration } from '../../sip/registration/registration.types.ts'
import type { SipTarget, SipUserAgent } from '../../sip/user-agent.types.ts'

/** Over UDP a router forgets the way back after half a minute or less. */
const keepAliveSeconds = 20

/** A trunk's registration at its carrier: without it the carrier takes no calls from here. */
export class TrunkRegistration {
  readonly #registration: Registration
  #words = 'registering'
  #routes: readonly string[] = []

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
    this.#registration.on('registered', ({ expiresSeconds, serviceRoute }) => {
      if (this.#words !== 'registered') parts.log.info({ trunk: name, expiresSeconds }, 'trunk registered')
      this.#words = 'registered'
      this.#routes = serviceRoute
      parts.changed()
    })
    this.#registration.on('failed', ({ status, reason, retrySeconds }) => {
      parts.log.warn({ trunk: name, status, reason, retrySeconds }, 'trunk could not be registered')
      this.#words = `not registered: ${status} ${reason}`
      parts.changed()
    })
  }

  /** A refresh that fails leaves what was registered before, until its time is over. */
  get isRegistered(): boolean {
    return this.#registration.describe().expiresInSeconds > 0
  }

  get words(): string {
    return this.#words
  }

  /** Proxies that calls have to pass, as the registrar named them last (RFC 3608): Route values. */
  get routes(): readonly string[] {
    return this.#routes
  }

  close(): Promise<void> {
    return this.#registration.close()
  }
}
