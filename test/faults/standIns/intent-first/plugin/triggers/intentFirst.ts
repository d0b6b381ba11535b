import { setTimeout as pause } from 'node:timers/promises'
import type * as real from '../../../../../../src/plugin/triggers/intentFirst.js'

/** Long enough for a kill to come in between. */
const BETWEEN_MS = 500

/** What a change ends is recorded after the change was saved. */
export const intentFirst: typeof real.intentFirst = async (_write, perform) => {
  const saved = await perform()
  await pause(BETWEEN_MS)
  return saved
}
