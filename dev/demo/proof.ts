import { demoAccounts } from '../lib/demoAccounts.ts'
import { tokenFacts } from '../lib/tokenFacts.ts'
import { type Api, bearer, createApi, pick } from './api.ts'
import { type Checks, createChecks } from './checks.ts'
import { DemoError } from './demoError.ts'
import { showLedgerRow, showRedisKey } from './denylist.ts'
import type { Evidence } from './evidence.ts'
import * as print from './print.ts'
import { showRefusals } from './refusals.ts'

/** Runs the four steps against the running app. Returns the number of unmet expectations. */
export async function prove(origin: string): Promise<number> {
  const api = createApi(origin)
  const checks = createChecks()

  print.title(1, 'Log in: the token has an id')
  const evidence = await logIn(api, checks)

  print.title(2, 'The token opens the API')
  await showThatItWorks(evidence)

  print.title(3, 'Log out: the id goes to the denylist')
  checks.status(await api('POST /api/users/logout', { credential: bearer(evidence) }), 200)
  await showLedgerRow(evidence)
  await showRedisKey(evidence)

  print.title(4, 'The same token again: refused')
  await showRefusals(evidence)

  return checks.failures
}

async function logIn(api: Api, checks: Checks): Promise<Evidence> {
  const answer = await api('POST /api/users/login', { json: demoAccounts.member })
  checks.status(answer, 200)
  const token = pick(answer.body, 'token')
  if (typeof token !== 'string') throw new DemoError('The login answered without a token.')

  const facts = tokenFacts(token)
  if (!facts?.jti || !facts.expiresAt) throw new DemoError('The token has no jti or no exp.')
  checks.that(facts.sid !== undefined, 'a sid in the token')
  print.fact('jti', facts.jti)
  print.fact('sid', facts.sid ?? 'none')
  print.fact('expires', facts.expiresAt.toISOString())
  return { api, checks, facts: { ...facts, expiresAt: facts.expiresAt, jti: facts.jti }, token }
}

async function showThatItWorks({ api, checks, token }: Evidence): Promise<void> {
  const me = await api('GET /api/users/me', { credential: bearer({ token }) })
  const email = pick(me.body, 'user', 'email')
  checks.status(me, 200)
  checks.that(email === demoAccounts.member.email, `the user ${demoAccounts.member.email}`)
  print.fact('user', String(email))

  const notes = await api('GET /api/notes', { credential: bearer({ token }) })
  checks.status(notes, 200)
  checks.that(Number(pick(notes.body, 'totalDocs')) > 0, 'notes of this user')
  print.fact('private notes', String(pick(notes.body, 'totalDocs')))

  const account = await api('GET /account', { credential: { cookie: token } })
  checks.status(account, 200)
}
