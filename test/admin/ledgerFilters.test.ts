import type { Where } from 'payload'
import { describe, expect, it } from 'vitest'
import { filtersOf, whereWith } from '../../src/admin/ledgerFilters.js'

const options = { lifted: ['a-lifted-one'], now: Date.parse('2030-01-01T12:00:00Z') }
const NONE = { state: undefined, scope: undefined, reason: undefined }

describe('the filters above the denylist', () => {
  for (const filters of [
    NONE,
    { state: 'in-force', scope: 'session', reason: 'logout' },
    { state: 'expired', scope: undefined, reason: 'admin' },
    { state: 'lifted', scope: 'token', reason: undefined },
  ]) {
    it(`are read back from the query that they make: ${JSON.stringify(filters)}`, () => {
      expect(filtersOf(whereWith(filters, options))).toEqual(filters)
    })
  }

  it('keep the reader’s own conditions, and remove only their own', () => {
    const own: Where = { actor: { equals: 'users:1' } }
    const narrowed = whereWith({ scope: 'user' }, { ...options, where: { or: [{ and: [own] }] } })
    expect(narrowed).toEqual({ or: [{ and: [own, { scope: { equals: 'user' } }] }] })
    expect(whereWith(NONE, { ...options, where: narrowed })).toEqual({ or: [{ and: [own] }] })
  })

  it('count neither lifted revocations nor lifts as in force', () => {
    expect(whereWith({ state: 'in-force' }, options)).toEqual({
      or: [
        {
          and: [
            { expiresAt: { greater_than: '2030-01-01T12:00:00.000Z' } },
            { id: { not_in: ['a-lifted-one'] } },
            { reason: { not_equals: 'lifted' } },
          ],
        },
      ],
    })
  })
})
