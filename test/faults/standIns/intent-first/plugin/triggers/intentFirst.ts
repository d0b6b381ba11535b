import type * as real from '../../../../../../src/plugin/triggers/intentFirst.js'

/** What a change ends is recorded after the change was saved. */
export const intentFirst: typeof real.intentFirst = (_write, perform) => perform()
