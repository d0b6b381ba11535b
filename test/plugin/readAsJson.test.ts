import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { payloadLedger } from '../../src/plugin/payloadLedger.js'
import { readAsJson } from '../../src/plugin/readAsJson.js'
import { type App, createApp } from '../support/createApp.js'
import { onEachDatabase } from '../support/onEachDatabase.js'
import { sampleRevocation } from '../support/samples.js'

const slug = 'jwtDenials'
const range = {
  table: 'jwt_denials',
  columns: ['id', 'subject', 'exceptSession', 'expiresAt'],
  from: { id: '0', isInclusive: false },
  inForceAt: new Date().toISOString(),
  limit: 10,
} as const

onEachDatabase('reading the ledger the short way', (database) => {
  let app: App
  beforeAll(async () => {
    app = await createApp({ ...database(), plugin: { slug } })
  })
  afterAll(() => app?.close())

  it('gives the same values as Payload does', async () => {
    const revocation = sampleRevocation(`sid:a'b"c%d\\e 😀 日本\n`)
    await payloadLedger(app.payload, slug).append([revocation])
    const [row, ...others] = (await readAsJson(app.payload, range)) ?? []
    expect(others).toEqual([])
    expect(row).toEqual({
      id: revocation.id,
      subject: revocation.subject,
      exceptSession: null,
      expiresAt: expect.any(String),
    })
    expect(Date.parse(String(row?.expiresAt))).toBe(revocation.expiresAt)
  })

  it('leaves a table that is not there to the usual way', () => {
    expect(readAsJson(app.payload, { ...range, table: 'revocations' })).toBeUndefined()
  })
})

describe('a ledger whose short way fails', () => {
  it('reads in the usual way', async () => {
    const app = await createApp()
    try {
      const ledger = payloadLedger(app.payload, 'revocations')
      const revocation = sampleRevocation('jti:read-anyway')
      await ledger.append([revocation])
      const { revocations } = (app.payload.db.drizzle as unknown as Drizzle).query
      const findMany = revocations.findMany.bind(revocations)
      let isAsked = false
      revocations.findMany = (options) => {
        // Payload's own reading goes the same way, but with nothing to compute.
        if (typeof options.extras !== 'function') return findMany(options)
        isAsked = true
        throw new Error('a later Drizzle')
      }
      const pages: unknown[] = []
      for await (const page of ledger.read({ since: 0 })) pages.push(...page)
      expect(isAsked).toBe(true)
      expect(pages).toEqual([revocation])
    } finally {
      await app.close()
    }
  })
})

interface Drizzle {
  query: { revocations: { findMany(options: { extras?: unknown }): unknown } }
}
