import type { Runtime } from '../runtime/runtime.js'

/**
 * Payload's strategy answers an error of the database as it answers a deleted user. So when it
 * finds no user for a good token, the database is asked which of the two it was.
 */
export const isDatabaseDown = ({ ledger }: Pick<Runtime, 'ledger'>): Promise<boolean> =>
  ledger.state().then(
    () => false,
    () => true,
  )
