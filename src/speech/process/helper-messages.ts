/** What travels between a helper process and its keeper. Bodies are checked by whoever owns the job. */
export interface HelperRequest {
  readonly id: number
  readonly body: unknown
}

export type HelperNews =
  /** Sent once, when the child can work. `body` tells about it: version, voices. */
  | { readonly kind: 'ready'; readonly body: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly body: unknown }
  /** The job failed, the child goes on. `name` is the error's. */
  | { readonly kind: 'failed'; readonly id: number; readonly name: string; readonly message: string }

export function isHelperRequest(message: unknown): message is HelperRequest {
  return isObject(message) && isId(message) && 'body' in message
}

export function isHelperNews(message: unknown): message is HelperNews {
  if (!isObject(message)) return false
  const { kind, name, message: text } = message
  if (kind === 'ready') return 'body' in message
  if (kind === 'done') return isId(message) && 'body' in message
  return kind === 'failed' && isId(message) && typeof name === 'string' && typeof text === 'string'
}

function isId({ id }: Record<string, unknown>): boolean {
  return typeof id === 'number'
}

/** Narrows to something whose fields can be looked at. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
