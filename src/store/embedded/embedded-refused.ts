/** The embedded PostgreSQL cannot be used here. The message says why and what to do. */
export class EmbeddedRefused extends Error {
  override readonly name = 'EmbeddedRefused'
}
