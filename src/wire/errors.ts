/** Every answer other than success, in Payload's own shape. */
export interface ErrorAnswer {
  readonly errors: readonly ErrorDoc[]
}

interface ErrorDoc {
  readonly name: string
  readonly message: string
  /** The input that is meant. */
  readonly field?: string
  /** Of a `TokenRevoked`, where its owner asks: why it was revoked, or which limit it reached. */
  readonly data?: { readonly reason?: string }
}
