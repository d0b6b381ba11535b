/** Work that nobody waits for, one piece after the other, so that it takes little from requests. */
export interface Sequence {
  add(work: () => Promise<void>): void
  /** Resolves when all that was added is done. */
  settled(): Promise<void>
}

/** @param onError told of each piece that failed; the others are done all the same */
export function createSequence(onError: (err: unknown) => void): Sequence {
  let tail = Promise.resolve()
  return {
    add(work) {
      tail = tail.then(work).catch(onError)
    },
    settled: () => tail,
  }
}
