import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RowRange, readColumns } from '../../../src/plugin/database/readColumns.js'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { type App, createApp } from '../../support/createApp.js'
import { onEachSqlDatabase } from '../../support/onEachDatabase.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'
import { sampleRevocation } from '../../support/samples.js'

const slug = 'jwtDenials'
const range = {
  table: 'jwt_denials',
  columns: ['id', 'subject', 'exceptSession', 'expiresAt'],
  dates: ['expiresAt'],
  from: { by: 'id', id: '0', isInclusive: false },
  inForceAt: new Date().toISOString(),
  limit: 10,
} as const

onEachSqlDatabase('the fast reading of the ledger', (database) => {
  let app: App
  beforeAll(async () => {
    app = await createApp({ ...database(), plugin: { slug } })
  })
  afterAll(() => app?.close())

  it('gives the same values as Payload does', async () => {
    const revocation = sampleRevocation(`sid:a'b"c%d\\e 😀 日本\n`)
    await payloadLedger(app.payload, slug).append([revocation])
    const columns = await readColumns(app.payload, range)
    expect(columns).toEqual({
      id: [revocation.id],
      subject: [revocation.subject],
      exceptSession: [''],
      expiresAt: [expect.any(String)],
    })
    const [expiresAt] = columns?.expiresAt ?? []
    expect(new Date(Number(expiresAt) || String(expiresAt)).getTime()).toBe(revocation.expiresAt)
  })

  it('reads what is in force, in order, after or from an id, with a limit', async () => {
    const at = (seconds: number) => ({ now: Date.now() + seconds * 1_000 })
    const over = sampleRevocation('jti:over', { ...at(2), expiresAt: Date.parse(range.inForceAt) })
    const one = sampleRevocation('jti:1', at(1))
    const two = sampleRevocation('jti:2', at(2))
    const three = sampleRevocation('jti:3', at(3))
    await payloadLedger(app.payload, slug).append([three, over, one, two])
    const read = async (asked: Partial<RowRange<'id'>>) => {
      const columns = { columns: ['id'], dates: [] } as const
      return (await readColumns(app.payload, { ...range, ...columns, ...asked }))?.id
    }
    const from = (id: string, isInclusive: boolean) => ({
      from: { by: 'id', id, isInclusive } as const,
    })
    expect(await read(from(one.id, true))).toEqual([one.id, two.id, three.id])
    expect(await read(from(one.id, false))).toEqual([two.id, three.id])
    expect(await read({ ...from(one.id, true), limit: 2 })).toEqual([one.id, two.id])
    expect(await read(from(three.id, false))).toEqual([])
  })

  it.each(['\u001e', '\u001f'])(
    'leaves a name with the separator %j to the usual way',
    async (odd) => {
      const ledger = payloadLedger(app.payload, slug)
      const now = Date.now() + 10_000
      const revocation = sampleRevocation(`jti:${odd}1${odd}`, { now })
      await ledger.append([revocation])
      const from = { by: 'id', id: revocation.id, isInclusive: true } as const
      expect(await readColumns(app.payload, { ...range, from })).toBeUndefined()
      const found: unknown[] = []
      for await (const page of ledger.read({ since: now })) found.push(...page)
      expect(found).toContainEqual(revocation)
    },
  )

  it('returns nothing for a missing table, so that the usual way is used', () => {
    expect(readColumns(app.payload, { ...range, table: 'revocations' })).toBeUndefined()
  })
})

describe('the fast reading of the ledger from another schema on PostgreSQL', () => {
  it('finds the table there', async () => {
    const app = await createApp({ postgres: postgresDatabase(), schemaName: 'cms' })
    try {
      const revocation = sampleRevocation('jti:elsewhere')
      await payloadLedger(app.payload, 'revocations').append([revocation])
      const columns = { columns: ['id'], dates: [] } as const
      const read = readColumns(app.payload, { ...range, table: 'revocations', ...columns })
      expect(await read).toEqual({ id: [revocation.id] })
    } finally {
      await app.close()
    }
  })
})

describe('a ledger whose fast reading fails', () => {
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
