import { Option } from 'commander'
import { type Role, roles } from '../admin/roles.ts'

/** `--role viewer`: what is not said is not given. */
export function roleOption(): Option {
  return new Option('--role <role>', 'what it may do').choices(roles).default('viewer')
}

export function readRole(value: unknown): Role {
  return roles.find((role) => role === value) ?? 'viewer'
}
