import type { Role } from '../roles.ts'

/** Who may administer, and who did. Times are wall milliseconds. */
export interface AccessControl {
  readonly people: PeopleBook
  readonly keys: AdminKeyBook
  readonly sessions: SessionBook
  readonly logins: LoginBook
  readonly audit: AuditBook
}

/** Somebody who signs in with a password. */
export interface Person {
  readonly name: string
  readonly role: Role
  readonly enabled: boolean
  readonly createdAt: number
}

export interface PeopleBook {
  list(): Promise<Person[]>
  find(name: string): Promise<Person | undefined>
  /** What `hashPassword` made of the password. */
  passwordHash(name: string): Promise<string | undefined>
  create(person: { name: string; role: Role; enabled: boolean; passwordHash: string }): Promise<void>
  /** Disabling somebody, or a new password, ends all sessions of that person. @returns whether there is such a person */
  change(name: string, changes: { role?: Role; enabled?: boolean; passwordHash?: string }): Promise<boolean>
  /** @returns whether there was such a person */
  remove(name: string): Promise<boolean>
}

/** A key by which a program administers. */
export interface AdminKey {
  readonly keyId: string
  /** What it is for. */
  readonly name: string
  readonly role: Role
  /** The only account it may see and change; absent: all. */
  readonly accountId?: string
  readonly createdAt: number
  /** Absent: it does not expire. */
  readonly expiresAt?: number
}

export interface AdminKeyBook {
  list(): Promise<AdminKey[]>
  find(keyId: string): Promise<AdminKey | undefined>
  /** @param hash SHA-256 of the secret part */
  create(key: AdminKey, hash: Buffer): Promise<void>
  hash(keyId: string): Promise<Buffer | undefined>
  /** Forgets the key. @returns whether there was one */
  revoke(keyId: string): Promise<boolean>
}

/** A session of a person. */
export interface Session {
  readonly name: string
  readonly role: Role
  readonly createdAt: number
  readonly seenAt: number
}

/** Sessions by the SHA-256 of their token. */
export interface SessionBook {
  /** Forgets those that began before `staleBefore` while it is at it. */
  open(session: { tokenHash: Buffer; name: string; now: number; staleBefore: number }): Promise<void>
  /** The session of somebody who is not disabled. */
  find(tokenHash: Buffer): Promise<Session | undefined>
  seen(tokenHash: Buffer, now: number): Promise<void>
  close(tokenHash: Buffer): Promise<void>
}

/** One try to sign in: whose name from which address. */
export interface LoginTry {
  readonly name: string
  readonly address: string
  readonly at: number
}

/** How many tries there were. `id`: the one that was written down. */
export interface LoginCounts {
  readonly id: number
  readonly ofPair: number
  readonly ofAddress: number
  readonly ofName: number
}

export interface LoginBook {
  /**
   * Writes the try down, then counts those since `since`, this one included; written first, tries at the same moment
   * on several nodes see each other.
   */
  count(one: LoginTry, since: number): Promise<LoginCounts>
  /** Takes back what `count` wrote down, because it was not let through. */
  takeBack(id: number): Promise<void>
  /** It was the right password: the tries of this name from this address do not count any more. */
  forgive(one: LoginTry): Promise<void>
}

/** What was done, or tried. Never holds bodies: no secret can be in it. */
export interface AuditEntry {
  readonly id: number
  readonly at: number
  /** `person:li`, `key:7hGk…`, `cli:root`. */
  readonly actor: string
  /** The operation: `putTemplate`. */
  readonly action: string
  /** What it was done to: the path below `/admin`. */
  readonly target: string
  /** Where it came from. */
  readonly address: string
  readonly requestId: string
  /** `done`, the code of a refusal, or `started` when it is not known how it ended. */
  readonly outcome: string
}

export interface AuditBook {
  /** Writes down that something begins: nothing is changed without a trace. @returns the id of the row */
  begin(entry: Omit<AuditEntry, 'id' | 'outcome'>): Promise<number>
  end(id: number, outcome: string): Promise<void>
  /** The newest first. */
  list(
    filter: { actor?: string; action?: string; target?: string; from?: number; to?: number },
    page: { limit: number; beforeId?: number },
  ): Promise<AuditEntry[]>
}
