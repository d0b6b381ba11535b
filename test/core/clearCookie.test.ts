import { describe, expect, it } from 'vitest'
import { createClearCookie } from '../../src/core/clearCookie.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

const PROGRAM = { Accept: '*/*', 'User-Agent': 'curl/8.5' }
const VISIT = { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate' }
const SCRIPT = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' }
/** Without TLS, and before Safari 16.4. */
const OLD_VISIT = { 'User-Agent': 'Mozilla/5.0', Accept: 'text/html,*/*' }
const OLD_SCRIPT = { 'User-Agent': 'Mozilla/5.0', Accept: 'application/json' }

function clearing() {
  let now = Date.now()
  const ledger = memoryLedger({ now: () => now })
  const clearCookie = createClearCookie({
    lookup: ledger,
    expiredCookie: (collection) => `expired=${collection}`,
    now: () => now,
  })
  return {
    ledger,
    pass: (ms: number) => {
      now += ms
    },
    clear: (token = sampleToken(), headers: Record<string, string> = PROGRAM) =>
      clearCookie(token, new Headers(headers)),
  }
}

describe('the cookie of a revoked token', () => {
  it.each([
    ['a program', PROGRAM],
    ['somebody who goes to a page', VISIT],
    ['the same in an older browser', OLD_VISIT],
    ['a program that says no more than how it fetches', { 'Sec-Fetch-Mode': 'cors' }],
  ])('is cleared at once in the answer to %s', async (_, headers) => {
    expect(await clearing().clear(sampleToken(), headers)).toBe('expired=users')
  })

  it.each([
    ['a script', SCRIPT],
    ['a script in an older browser', OLD_SCRIPT],
    ['an image', { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'no-cors' }],
    ['a socket', { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'websocket' }],
  ])('stays for ten seconds after the first answer to %s', async (_, headers) => {
    const { clear, pass } = clearing()
    const token = sampleToken()
    expect(await clear(token, headers)).toBeUndefined()
    pass(9_999)
    expect(await clear(token, headers)).toBeUndefined()
    expect(await clear(sampleToken(), headers)).toBeUndefined()
    pass(1)
    expect(await clear(token, headers)).toBe('expired=users')
  })

  it.each([PROGRAM, VISIT, SCRIPT])(
    'stays when the token was rotated or replaced by a login',
    async (headers) => {
      for (const reason of ['rotated', 'replaced'] as const) {
        for (const name of ['jti', 'sid'] as const) {
          const { clear, ledger, pass } = clearing()
          const token = sampleToken()
          const subject = name === 'jti' ? `jti:${token.id}` : `sid:${token.session}`
          await ledger.append([
            sampleRevocation(`sid:${token.session}`, { reason: 'logout' }),
            sampleRevocation(subject as 'jti:', { reason }),
          ])
          expect(await clear(token, headers)).toBeUndefined()
          pass(60_000)
          expect(await clear(token, headers)).toBeUndefined()
        }
      }
    },
  )

  it('stays while nobody can tell', async () => {
    const { clear, ledger } = clearing()
    for (const trouble of [new Error('no'), 'hangs'] as const) {
      ledger.trouble = trouble
      expect(await clear()).toBeUndefined()
    }
  })

  it('costs at most twenty look-ups a second', async () => {
    const { clear, pass } = clearing()
    const answers = []
    for (let i = 0; i < 50; i += 1) answers.push(await clear())
    expect(answers.filter(Boolean)).toHaveLength(20)
    pass(1_000)
    expect(await clear()).toBeDefined()
  })

  it('is remembered for only the latest ten thousand tokens', async () => {
    const { clear, pass } = clearing()
    const first = sampleToken()
    await clear(first, SCRIPT)
    for (let i = 0; i < 10_000; i += 1) await clear(sampleToken({ id: `t${i}` }), SCRIPT)
    pass(10_000)
    expect(await clear(first, SCRIPT)).toBeUndefined()
    expect(await clear(sampleToken({ id: 't9999' }), SCRIPT)).toBe('expired=users')
  })
})
