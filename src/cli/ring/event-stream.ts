/**
 * Opens a stream of server-sent events (WHATWG HTML §9.2). When the promise resolves the stream is open: nothing that
 * happens from then on is missed. It ends with the server's, or with the signal.
 *
 * @returns events by name, their data parsed as JSON and trusted to be `Data`: the stream is our own node's; `undefined`
 *   when the server has no such stream
 * @throws what `fetch` throws when nobody answers
 */
export async function openEvents<Data>(
  url: string,
  signal: AbortSignal,
): Promise<AsyncGenerator<[string, Data]> | undefined> {
  const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal })
  if (!response.ok || response.body === null) return undefined
  return readEvents<Data>(response.body)
}

async function* readEvents<Data>(body: ReadableStream<Uint8Array>): AsyncGenerator<[string, Data]> {
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
