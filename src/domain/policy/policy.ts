/**
 * Policies in the form of the public cloud's RAM documents, so that existing ones can be taken over:
 *
 *     { "Version": "1", "Statement": [
 *       { "Effect": "Allow", "Action": ["dyvms:SingleCallByTts", "dyvms:Query*"], "Resource": "*" } ] }
 */
export interface Policy {
  readonly accountId: string
  readonly policyName: string
  /** The JSON text as it was saved. */
  readonly document: string
}

/** One rule. It applies when one of its actions and one of its resources match; `*` and `?` are wildcards in both. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  /** `dyvms:SingleCallByTts`; compared without regard to case. */
  readonly actions: readonly string[]
  /** `acs:dyvms:*:1000000001:*`. */
  readonly resources: readonly string[]
}

/** A document that cannot be used; the message says where and why. */
export class PolicyMalformed extends Error {
  override readonly name = 'PolicyMalformed'
}

/** Characters that a document may have. */
export const maxDocumentLength = 6144

const knownKeys: ReadonlySet<string> = new Set(['Sid', 'Effect', 'Action', 'Resource'])

/**
 * Reads a policy document. What it says must be understood to the last word: a condition that was passed over would
 * allow more than was meant.
 *
 * @throws {PolicyMalformed}
 */
export function readPolicyDocument(text: string): Statement[] {
  if (text.length > maxDocumentLength) throw malformed(`it is longer than ${maxDocumentLength} characters`)
  const document = readObject(text)
  const { Version: version, Statement: statements, ...others } = document
  const [other] = Object.keys(others)
  if (other !== undefined) throw malformed(`"${other}" is not known; there are Version and Statement`)
  if (version !== '1') throw malformed('"Version" must be "1"')
  if (!Array.isArray(statements) || statements.length === 0) {
    throw malformed('"Statement" must be a list of at least one statement')
  }
  return statements.map((statement: unknown, index) => readStatement(statement, index + 1))
}

function readObject(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed(`it is not JSON (${error.message})`)
    throw error
  }
  if (!isObject(value)) throw malformed('it must be a JSON object')
  return value
}

function readStatement(value: unknown, number: number): Statement {
  const where = `statement ${number}`
  if (!isObject(value)) throw malformed(`${where} must be an object`)
  const unknown = Object.keys(value).find((key) => !knownKeys.has(key))
  if (unknown !== undefined) {
    throw malformed(`${where} has "${unknown}", which is not supported; there are Effect, Action and Resource`)
  }
  const { Effect: effect } = value
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`${where}: "Effect" must be "Allow" or "Deny"`)
  const actions = texts(value['Action'], `${where}: "Action"`)
  const wrongAction = actions.find((action) => action !== '*' && !/^[a-z*?]+:[A-Za-z0-9*?]+$/i.test(action))
  if (wrongAction !== undefined) {
    throw malformed(`${where}: "${wrongAction}" is no action; one looks like "dyvms:SingleCallByTts" or "dyvms:*"`)
  }
  const resources = value['Resource'] === undefined ? ['*'] : texts(value['Resource'], `${where}: "Resource"`)
  const wrongResource = resources.find((resource) => resource !== '*' && !resource.startsWith('acs:'))
  if (wrongResource !== undefined) {
    throw malformed(`${where}: "${wrongResource}" is no resource; one looks like "*" or "acs:dyvms:*:*:*"`)
  }
  return { effect, actions, resources }
}

/** A text, or a list of texts that is not empty. */
function texts(value: unknown, where: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  const found = list.filter((one): one is string => typeof one === 'string' && one !== '')
  if (found.length === 0 || found.length < list.length) throw malformed(`${where} must be a text or a list of texts`)
  return found
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(reason: string): PolicyMalformed {
  return new PolicyMalformed(`This is no policy document: ${reason}.`)
}
