import type { TokenFacts } from '../lib/tokenFacts.ts'
import type { Api } from './api.ts'
import type { Checks } from './checks.ts'

/** What the first step leaves for the others. */
export interface Evidence {
  api: Api
  checks: Checks
  facts: TokenFacts & { expiresAt: Date; jti: string }
  token: string
}
