import { EventEmitter } from 'node:events'
import type {
  RegisterRequest,
  Registration,
  RegistrationEvents,
  RegistrationFacts,
} from '../src/sip/registration/registration.types.ts'

/** A registration whose registrar is the test. */
export class FakeRegistration extends EventEmitter<RegistrationEvents> implements Registration {
  readonly state = 'registering'
  readonly request: RegisterRequest
  leftSeconds = 0
  isClosing = false
  #letGo: () => void = () => {}
  readonly #gone = new Promise<void>((resolve) => {
    this.#letGo = resolve
  })

  constructor(request: RegisterRequest) {
    super()
    this.request = request
  }

  describe(): RegistrationFacts {
    const { state, leftSeconds: expiresInSeconds } = this
    return { state, addressOfRecord: '', registrar: undefined, expiresInSeconds, failures: 0, last: undefined }
  }

  /** The registrar takes it. */
  accept(expiresSeconds: number, serviceRoute: readonly string[] = []): void {
    this.leftSeconds = expiresSeconds
    const target = { host: '192.0.2.9', port: 5060, transport: 'udp' } as const
    this.emit('registered', { expiresSeconds, target, serviceRoute, path: [] })
  }

  /** The registrar has taken it back: only then is it closed. */
  letGo(): void {
    this.#letGo()
  }

  close(): Promise<void> {
    this.isClosing = true
    return this.#gone
  }
}
