/** What a person or an admin key may do; each role includes those after it. */
export const roles = ['owner', 'operator', 'viewer'] as const
export type Role = (typeof roles)[number]

/** What the roles mean, for people. */
export const roleMeanings: Readonly<Record<Role, string>> = {
  owner: 'everything: also people, admin keys, money and the audit log',
  operator: 'changes what accounts own; no people, admin keys or money',
  viewer: 'reads',
}

/** Whether somebody of role `held` may use what needs `needed`. */
export function mayAct(held: Role, needed: Role): boolean {
  return roles.indexOf(held) <= roles.indexOf(needed)
}

/** Who asks, once it is proven. */
export interface Principal {
  /** A program with an admin key, or a person with a session. */
  readonly kind: 'key' | 'person'
  /** Id of the key, name of the person. */
  readonly id: string
  readonly role: Role
  /** The only account that a key may see and change; absent: all. */
  readonly accountId?: string
}

/** How audit rows call somebody: `person:li`, `key:7hGk…`. */
export function actorOf({ kind, id }: Principal): string {
  return `${kind}:${id}`
}
