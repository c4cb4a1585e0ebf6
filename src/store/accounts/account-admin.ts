import { type AccessKeys, createAccessKeys } from './access-keys.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import type { AdminContext } from './admin-context.ts'
import { type Blacklist, createBlacklist } from './blacklist.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createNumbers, type Numbers } from './numbers.ts'
import { createPolicies, type Policies } from './policies.ts'
import { createPrices, type Prices } from './prices.ts'
import { createSubscriptions, type Subscriptions } from './subscriptions.ts'
import { createTemplates, type Templates } from './templates.ts'
import { createUsers, type Users } from './users.ts'
import { createVoices, type Voices } from './voices.ts'

/** What the command line, and later the console, manage. */
export interface AccountAdmin extends Accounts {
  readonly keys: AccessKeys
  readonly users: Users
  readonly policies: Policies
  readonly prices: Prices
  readonly ledger: Ledger
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
    users: createUsers(context),
    policies: createPolicies(context),
    prices: createPrices(context),
    ledger: createLedger(context),
    numbers: createNumbers(context),
    templates: createTemplates(context),
    voices: createVoices(context),
    subscriptions: createSubscriptions(context),
    blacklist: createBlacklist(context),
  }
}
