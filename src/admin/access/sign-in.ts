import type { Clock } from '../../lib/clock.ts'
import { AdminError } from '../errors.ts'
import { isPassword } from './passwords.ts'
import type { LoginBook, PeopleBook, Person } from './ports.ts'

/** Failed tries within the window before an answer is refused without looking at the password. */
export const loginLimits = { windowMs: 15 * 60_000, ofPair: 5, ofAddress: 30, ofName: 100 } as const

/** Passwords that a node checks at once: each takes memory and a thread. */
const mostChecks = 4

/** Judges names and passwords, at a bounded rate. One per node; the tries are counted for all nodes together. */
export class SignIn {
  readonly #people: PeopleBook
  readonly #logins: LoginBook
  readonly #clock: Clock
  #checks = 0

  constructor(people: PeopleBook, logins: LoginBook, clock: Clock) {
    this.#people = people
    this.#logins = logins
    this.#clock = clock
  }

  /**
   * An unknown name and a wrong password are one answer, after the same work.
   *
   * @throws {AdminError} wrongLogin, tooManyLogins
   */
  async check(name: string, password: string, address: string): Promise<Person> {
    const one = { name, address, at: this.#clock.now() }
    if (this.#checks >= mostChecks) throw tooMany(1)
    this.#checks++
    try {
      const tries = await this.#logins.count(one, one.at - loginLimits.windowMs)
      const isTooMany = (['ofPair', 'ofAddress', 'ofName'] as const).some((which) => tries[which] > loginLimits[which])
      if (isTooMany) {
        await this.#logins.takeBack(tries.id)
        throw tooMany(loginLimits.windowMs / 1000)
      }
      const [person, hash] = [await this.#people.find(name), await this.#people.passwordHash(name)]
      const isRight = await isPassword(password, hash)
      if (!isRight || person?.enabled !== true) throw new AdminError('wrongLogin')
      await this.#logins.forgive(one)
      return person
    } finally {
      this.#checks--
    }
  }
}

function tooMany(seconds: number): AdminError {
  return new AdminError('tooManyLogins', { headers: { 'retry-after': String(seconds) } })
}
