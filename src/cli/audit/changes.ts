import { routes } from '../../admin/catalogue.ts'
import type { Store } from '../../store/store.ts'
import { announcementCodeOf, voiceCodeOf } from '../named-file.ts'

/** A command as it was asked for. */
export interface AskedCommand {
  /** In order. */
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  /** The account that is meant; absent for commands that are about the whole service. */
  readonly account?: () => Promise<string>
  readonly directory: Pick<Store['directory'], 'accessKey'>
}

/** What a command does, as a request to `/admin` would. */
export interface Change {
  /** Name of the route. */
  readonly route: string
  /** Variable parts of its path that are neither the account nor the arguments in their order; `undefined`: there is none. */
  readonly parts?: Readonly<Record<string, string | undefined>>
}

type ChangeOf = (asked: AskedCommand) => Change | Promise<Change>

const plain = (route: string): ChangeOf => {
  return () => ({ route })
}

/** Every command that changes something. What is not here must only read: a test holds it. */
export const changes: Readonly<Record<string, ChangeOf>> = {
  'account create': plain('createAccount'),
  'account state': plain('putAccount'),
  'account enable': plain('putAccount'),
  'account disable': plain('putAccount'),
  'account delete': plain('putAccount'),
  'user create': plain('putUser'),
  'user attach': plain('putUser'),
  'user detach': plain('putUser'),
  'user remove': plain('deleteUser'),
  'policy save': plain('putPolicy'),
  'policy remove': plain('deletePolicy'),
  'key create': plain('createKey'),
  'key enable': ofKey('putKey'),
  'key disable': ofKey('putKey'),
  'key remove': ofKey('deleteKey'),
  'price set': ofPrice('putPrice', 'putAccountPrice'),
  'price remove': ofPrice('deletePrice', 'deleteAccountPrice'),
  'ledger top-up': booking,
  'ledger withdraw': booking,
  'number add': plain('putNumber'),
  'number remove': plain('deleteNumber'),
  'trunk add': plain('putTrunk'),
  'trunk set': plain('putTrunk'),
  'trunk enable': plain('putTrunk'),
  'trunk disable': plain('putTrunk'),
  'trunk remove': plain('deleteTrunk'),
  'template add': plain('putTemplate'),
  'template review': plain('putTemplate'),
  'template remove': plain('deleteTemplate'),
  'voice add': ({ args: [file = ''], options }) => ({ route: 'putVoice', parts: { code: voiceCodeOf(file, options) } }),
  'voice review': plain('putVoice'),
  'voice remove': plain('deleteVoice'),
  'announcement add': ({ args: [, file = ''], options }) => {
    return { route: 'putAnnouncement', parts: { code: announcementCodeOf(file, options) } }
  },
  'announcement remove': plain('deleteAnnouncement'),
  'subscription set': plain('putSubscription'),
  'push replay': plain('replayPushes'),
  'recording link': plain('linkRecording'),
  'recording remove': plain('deleteRecording'),
  'blacklist add': plain('putWord'),
  'blacklist remove': plain('deleteWord'),
  'admin create': plain('putPerson'),
  'admin password': plain('putPerson'),
  'admin remove': plain('deletePerson'),
  'admin key create': plain('createAdminKey'),
  'admin key revoke': plain('deleteAdminKey'),
}

/** A key is named without its account. */
function ofKey(route: string): ChangeOf {
  return async ({ args: [accessKeyId = ''], directory }) => {
    const key = await directory.accessKey(accessKeyId)
    return { route, parts: { accountId: key?.accountId } }
  }
}

function ofPrice(forAll: string, forOne: string): ChangeOf {
  return ({ options }) => {
    const accountId = options['for']
    return typeof accountId === 'string' ? { route: forOne, parts: { accountId } } : { route: forAll }
  }
}

function booking({ options: { reference } }: AskedCommand): Change {
  return { route: 'putBooking', parts: { reference: typeof reference === 'string' ? reference : undefined } }
}

/** The path below `/admin` of what a change is about; it ends before a part that there is none of. */
export async function targetOf({ route, parts = {} }: Change, { args, account }: AskedCommand): Promise<string> {
  const path = routes.find(({ name }) => name === route)?.path
  if (path === undefined) throw new Error(`there is no route ${route}`)
  const rest = [...args]
  const target: string[] = []
  for (const segment of path.split('/')) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1]
    let part: string | undefined = segment
    if (name !== undefined) {
      if (name in parts) part = parts[name]
      else if (name === 'accountId' && account !== undefined) part = await account()
      else part = rest.shift()
      if (part === undefined) break
      part = encodeURIComponent(part)
    }
    target.push(part)
  }
  return target.join('/').slice(0, 300)
}
