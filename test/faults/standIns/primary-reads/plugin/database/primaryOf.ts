import type * as real from '../../../../../../src/plugin/database/primaryOf.js'

/** What decides is read like all else, from a replica where there is one. */
export const primaryOf: typeof real.primaryOf = (db) => db

export const preferPrimary: typeof real.preferPrimary = () => {}
