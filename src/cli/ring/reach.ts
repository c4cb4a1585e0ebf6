import { CommandError } from '../output.ts'

/** `fetch` from a node. @throws {CommandError} when nobody answers there */
export async function reach(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    // Fetch standard §5.6: a network error is a TypeError, and so is a URL that is none.
    if (!(error instanceof TypeError)) throw error
    const reason = error.cause instanceof Error ? error.cause.message : error.message
    throw new CommandError(`${originOf(url)} does not answer (${reason}). Is a node running? 'npm start' starts one.`)
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url
}
