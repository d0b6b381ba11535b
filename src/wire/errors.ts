/** Every answer other than success, in Payload's own shape. */
export interface ErrorAnswer {
  readonly errors: readonly ErrorDoc[]
}

interface ErrorDoc {
  readonly name: string
  readonly message: string
  /** The input that is not valid. */
  readonly field?: string
  /**
   * For a `TokenRevoked` that the token's owner receives: why it was revoked, or which limit its
   * session reached.
   */
  readonly data?: { readonly reason?: string }
}
