import type { TokenFacts } from '../lib/tokenFacts.ts'
import type { Api } from './api.ts'
import type { Checks } from './checks.ts'

/** The results of the first step, for the later steps. */
export interface Evidence {
  api: Api
  checks: Checks
  facts: TokenFacts & { expiresAt: Date; jti: string }
  token: string
}
