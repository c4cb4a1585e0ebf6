/** A request at `/admin`, as the HTTP side hands it on. */
export interface AdminRequest {
  readonly requestId: string
  readonly method: string
  /** Below `/admin`, percent-encoded: `/accounts/1000000001`; empty for `/admin` itself. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Where it comes from. */
  readonly address: string
  readonly isSecure: boolean
  /** Reads the body. @throws {AdminError} tooLarge */
  readBody(maxBytes: number): Promise<Buffer>
}

/** What is sent back. */
export interface AdminResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}
