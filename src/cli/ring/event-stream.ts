import { reach } from './reach.ts'

/** The connection broke before the server ended the stream: the node may be gone, or the network between. */
export class StreamBroken extends Error {
  override readonly name = 'StreamBroken'
}

/**
 * Opens a stream of server-sent events (WHATWG HTML §9.2). When the promise resolves the stream is open: nothing that
 * happens from then on is missed. It ends with the server's, or with the signal.
 *
 * @returns events by name, their data parsed as JSON and trusted to be `Data`: the stream is our own node's; `undefined`
 *   when the server has no such stream
 * @throws {CommandError} when nobody answers; the generator throws {StreamBroken}
 */
export async function openEvents<Data>(
  url: string,
  signal: AbortSignal,
): Promise<AsyncGenerator<[string, Data]> | undefined> {
  const response = await reach(url, { headers: { accept: 'text/event-stream' }, signal })
  if (!response.ok || response.body === null) return undefined
  return readEvents<Data>(piecesOf(response.body, signal))
}

async function* piecesOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    if (signal.aborted) return
    // Fetch standard §2.2.4: the body of a response that breaks off is errored with a TypeError.
    if (error instanceof TypeError) throw new StreamBroken(error.message, { cause: error })
    throw error
  }
}

async function* readEvents<Data>(body: AsyncIterable<Uint8Array>): AsyncGenerator<[string, Data]> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true })
    const blocks = pending.split('\n\n')
    pending = blocks.pop() ?? ''
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (name !== undefined && data !== undefined) yield [name, JSON.parse(data)]
    }
  }
}
