/** An answer that is not the one asked for; `status` 0 when there was none. */
export class ApiError extends Error {
  readonly status: number
  /** The name of the error in the answer, such as `ReauthenticationRequired`. */
  readonly code: string | undefined

  constructor(
    { status, code, message }: { status: number; code?: string | undefined; message: string },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'ApiError'
    this.status = status
    this.code = code
  }
}
