export interface TokenFacts {
  expiresAt: Date | undefined
  issuedAt: Date | undefined
  jti: string | undefined
  sid: string | undefined
}

/** What a token says about itself. The signature is not verified. */
export function tokenFacts(token: string): TokenFacts | undefined {
  const claims = decodeClaims(token)
  if (!claims) return undefined
  return {
    expiresAt: date(claims.exp),
    issuedAt: date(claims.iat),
    jti: text(claims.jti),
    sid: text(claims.sid),
  }
}

function decodeClaims(token: string): Record<string, unknown> | undefined {
  try {
    const json = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
    const claims: unknown = JSON.parse(json)
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function date(seconds: unknown): Date | undefined {
  return typeof seconds === 'number' ? new Date(seconds * 1_000) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
