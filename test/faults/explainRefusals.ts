import { uuidv7Time } from '../../src/core/uuidv7.js'
import type { ExplainAnswer } from '../../src/wire/revocationDoc.js'
import { claimsOf } from '../support/login.js'
import { ask } from './ask.js'
import type { Checker } from './checker.js'
import { mint } from './mint.js'
import type { System } from './system.js'

const MOST = 5

/**
 * Tells of living tokens that were refused: how each was made, and what the ledger has against it.
 * All times are seconds since the start of the run.
 */
export async function explainRefusals(
  { apps: [app] }: System,
  { checker, userId }: { checker: Checker; userId: number },
): Promise<string[]> {
  const startedAt = performance.timeOrigin + checker.startedAt
  const seconds = (time: number) => `${((time - startedAt) / 1_000).toFixed(3)} s`
  const ends = async (token: string) => {
    const { status, body } = await ask(app.origin, {
      ...{ path: '/api/revocation/explain', method: 'POST', body: { token } },
      token: mint({ userId, lifetimeS: 600, clockOffsetMs: 0 }).text,
    })
    if (status !== 200) return [`no explanation: ${status} ${body}`]
    return (JSON.parse(body) as ExplainAnswer).by.map(
      ({ subject, reason, cutoff, exceptSession, revokedAt, actor }) =>
        [
          `${subject} ${reason}, recorded at ${seconds(Date.parse(revokedAt))}`,
          cutoff && `cut-off ${seconds(Date.parse(cutoff))}`,
          exceptSession && `except sid:${exceptSession}`,
          actor && `by ${actor}`,
        ]
          .filter(Boolean)
          .join(', '),
    )
  }
  const tokens = [...checker.refusedLiving].slice(0, MOST)
  return Promise.all(
    tokens.map(async ({ text, made }) => {
      const { jti, sid, id } = claimsOf(text)
      const issuedAt = seconds(uuidv7Time(String(jti)) ?? Number.NaN)
      const lines = [`  ${jti}, sid:${sid}, of user ${id}: ${made}, issue time ${issuedAt}`]
      for (const end of await ends(text)) lines.push(`    ${end}`)
      return lines.join('\n')
    }),
  )
}
