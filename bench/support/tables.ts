import type { Revocation } from '../../src/core/revocation.js'
import type { Token } from '../../src/core/token.js'
import { builtPackage } from './builtPackage.js'

/** Something that remembers revoked tokens until they expire. */
export interface Table {
  add(revocation: Revocation): void
  has(token: Token): boolean
  /** One step of dropping what has expired; `true` when there is more to do. */
  sweep(): boolean
}

/** As many slots as the denylist's index visits in one step. */
const STEP = 20_000

/** Three kinds of tables, all on the same clock. */
export async function tableMakers(clock: { now: () => number }) {
  const { createDenylistIndex } = await builtPackage('core/denylistIndex')
  const { createExpiryTable } = await builtPackage('core/expiryTable')
  return {
    'the index': (): Table => {
      const { add, find, sweep } = createDenylistIndex(clock)
      return { add, sweep, has: (token) => find(token) !== undefined }
    },
    'its table alone': (): Table => {
      const table = createExpiryTable(clock)
      return {
        add: ({ id, expiresAt }) => table.add(id, expiresAt),
        has: ({ id }) => table.has(id),
        sweep: () => table.sweep(STEP),
      }
    },
    'a Map': () => createMapTable(clock),
  } satisfies Record<string, () => Table>
}

function createMapTable({ now }: { now: () => number }): Table {
  const expiries = new Map<string, number>()
  let entries = expiries.entries()
  return {
    add: ({ id, expiresAt }) => expiries.set(id, expiresAt),
    has: ({ id }) => (expiries.get(id) ?? 0) > now(),
    sweep() {
      for (let left = STEP; left > 0; left -= 1) {
        const { done, value } = entries.next()
        if (done) {
          entries = expiries.entries()
          return false
        }
        if (value[1] <= now()) expiries.delete(value[0])
      }
      return true
    },
  }
}
