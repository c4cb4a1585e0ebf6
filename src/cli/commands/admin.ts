import type { Command } from 'commander'
import { hashPassword, passwordLength } from '../../admin/access/passwords.ts'
import { roleMeanings, roles } from '../../admin/roles.ts'
import { askPassword } from '../ask-password.ts'
import { group, type Management, manage } from '../management.ts'
import { CommandError, tableOr } from '../output.ts'
import { readPart } from '../read-part.ts'
import { readRole, roleOption } from '../role-option.ts'
import { auditCommand } from './admin-audit.ts'
import { adminKeyCommand } from './admin-key.ts'

/** `yuyin admin …`: who may use the administration at /admin. Whoever reaches the database may do all of this. */
export function adminCommand(): Command {
  return group('admin', 'people and keys that may use the administration at /admin', [
    manage(
      'create <name>',
      `let somebody sign in; roles: ${roles.map((role) => `${role} (${roleMeanings[role]})`).join(', ')}`,
      async (management, [name = ''], options) => {
        const role = readRole(options['role'])
        const { people } = management.store.administration.access
        readPart('personName', name, 'The name')
        const passwordHash = await newPassword()
        await people.create({ name, role, enabled: true, passwordHash })
        management.output.result({ name, role }, () => `${name} may sign in as ${role}.`)
      },
      'service',
    ).addOption(roleOption()),
    manage('list', 'everybody who may sign in', listPeople, 'service'),
    manage(
      'password <name>',
      'give somebody a new password; all sessions of that person end',
      async (management, [name = '']) => {
        const { people } = management.store.administration.access
        if ((await people.find(name)) === undefined) throw nobody(name)
        const passwordHash = await newPassword()
        await people.change(name, { passwordHash })
        management.output.result({ name }, () => `${name} has a new password.`)
      },
      'service',
    ),
    manage(
      'remove <name>',
      'do not let somebody in any more',
      async (management, [name = '']) => {
        const { people } = management.store.administration.access
        if ((await people.find(name)) === undefined) throw nobody(name)
        await people.remove(name)
        management.output.result({ name, removed: true }, () => `${name} is gone.`)
      },
      'service',
    ),
    adminKeyCommand(),
    auditCommand(),
  ])
}

async function listPeople({ store, output }: Management): Promise<void> {
  output.result(await store.administration.access.people.list(), (people) =>
    tableOr(
      "There is nobody. 'yuyin admin create <name>' lets somebody in.",
      ['name', 'role', 'state'],
      people.map((one) => [one.name, one.role, one.enabled ? 'enabled' : 'disabled']),
    ),
  )
}

async function newPassword(): Promise<string> {
  const password = await askPassword(process.stdin, process.stderr)
  const { min, max } = passwordLength
  if (password.length < min || password.length > max) {
    throw new CommandError(`A password has ${min} to ${max} characters.`)
  }
  return hashPassword(password)
}

function nobody(name: string): CommandError {
  return new CommandError(`There is nobody called ${name} ('yuyin admin list' shows who there is).`)
}
