import type * as real from '../../../../../../src/plugin/tokens/lostAnswer.js'

/** Whoever comes back with a rotated token has stolen it. */
export const unshownSuccessor: typeof real.unshownSuccessor = async () => undefined

export const noteShown: typeof real.noteShown = async () => {}
