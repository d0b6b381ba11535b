import type { Lookup } from './ports.js'
import type { Revocation, Subject } from './revocation.js'
import { withTimeLimit } from './timeLimit.js'

/** The longest that a verdict waits for a direct look-up. */
const ASK_WAIT_MS = 500

/** Asks directly. `undefined` when the look-up fails or takes too long. */
export async function findInTime(
  lookup: Lookup,
  subjects: readonly Subject[],
): Promise<readonly Revocation[] | undefined> {
  let found: readonly Revocation[] | undefined
  const finding = lookup.find(subjects).then((revocations) => {
    found = revocations
  })
  await withTimeLimit(finding, ASK_WAIT_MS).catch(() => {})
  return found
}
