import { type AccessKeys, createAccessKeys } from './access-keys.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import type { AdminContext } from './admin-context.ts'
import { type Blacklist, createBlacklist } from './blacklist.ts'
import { createNumbers, type Numbers } from './numbers.ts'
import { createSubscriptions, type Subscriptions } from './subscriptions.ts'
import { createTemplates, type Templates } from './templates.ts'
import { createVoices, type Voices } from './voices.ts'

/** What the command line, and later the console, manage. */
export interface AccountAdmin extends Accounts {
  readonly keys: AccessKeys
  readonly numbers: Numbers
  readonly templates: Templates
  readonly voices: Voices
  readonly subscriptions: Subscriptions
  readonly blacklist: Blacklist
}

export function createAccountAdmin(context: AdminContext): AccountAdmin {
  return {
    ...createAccounts(context),
    keys: createAccessKeys(context),
    numbers: createNumbers(context),
    templates: createTemplates(context),
    voices: createVoices(context),
    subscriptions: createSubscriptions(context),
    blacklist: createBlacklist(context),
  }
}
