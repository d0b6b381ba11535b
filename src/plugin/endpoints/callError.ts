/** An error answer of a call under `/revocation`. Its message may be shown to anyone. */
export class CallError extends Error {
  readonly status: number
  /** The field that is not valid. */
  readonly field: string | undefined

  constructor(status: number, name: string, message: string, field?: string) {
    super(message)
    this.name = name
    this.status = status
    this.field = field
  }
}

/** The message is the same whether the target exists or not. */
export const forbidden = () =>
  new CallError(403, 'Forbidden', 'You are not allowed to perform this action.')

export const unauthenticated = () => new CallError(401, 'Unauthenticated', 'You are not logged in.')
