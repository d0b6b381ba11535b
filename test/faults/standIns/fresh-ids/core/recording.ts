import type * as real from '../../../../../src/core/recording.js'

/** What was written is acknowledged, however long that took. */
export const createRecording: typeof real.createRecording = ({ ledger }) => ({
  async record(revocations) {
    await ledger.append(revocations)
    return revocations
  },
  confirm: async (revocations) => revocations,
})
