import type * as real from '../../../../../src/core/recording.js'

/** Every write is acknowledged, however long it took. */
export const createRecording: typeof real.createRecording = ({ ledger }) => ({
  async record(revocations) {
    await ledger.append(revocations)
    return revocations
  },
  async recordLater(cutoff) {
    const later = await ledger.appendLater?.(cutoff)
    return later && [later]
  },
  confirm: async (revocations) => revocations,
})
