/** The error codes of RFC 6749 §5.2 that these endpoints use, and that of RFC 6749 §4.1.2.1. */
type OAuthErrorCode = 'invalid_client' | 'invalid_request' | 'temporarily_unavailable'

/** An error answer as OAuth 2.0 clients expect it. Its message may be shown to anyone. */
export class OAuthError extends Error {
  readonly status: number
  readonly code: OAuthErrorCode
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: OAuthErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

export const invalidRequest = (message: string, status = 400) =>
  new OAuthError(status, 'invalid_request', message, status === 400 ? {} : { Connection: 'close' })

/** The same answer for an unknown service and for a wrong secret. */
export const invalidClient = () =>
  new OAuthError(401, 'invalid_client', 'The service could not be authenticated.', {
    'WWW-Authenticate': 'Basic realm="revocation"',
  })

export const unavailable = () =>
  new OAuthError(503, 'temporarily_unavailable', 'The denylist or the database cannot be asked.', {
    'Retry-After': '1',
  })
