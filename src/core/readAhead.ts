/**
 * The same pages. The next one is asked for while the last one is processed, so the two take the
 * time of the longer one.
 */
export async function* readAhead<Page>(
  pages: AsyncIterable<Page>,
): AsyncGenerator<Page, undefined> {
  const from = pages[Symbol.asyncIterator]()
  try {
    for (let next = from.next(); ; ) {
      const { done, value } = await next
      if (done) return
      next = from.next()
      // If it fails, this is told when it is waited for.
      next.catch(() => {})
      yield value
    }
  } finally {
    from.return?.().catch(() => {})
  }
}
