import type * as real from '../../../../../../src/plugin/database/primaryOf.js'

/** Decisions are read like everything else, from a replica if there is one. */
export const primaryOf: typeof real.primaryOf = (db) => db

export const preferPrimary: typeof real.preferPrimary = () => {}
