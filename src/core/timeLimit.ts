/**
 * Waits for `work`, but no longer than `ms` milliseconds. It resolves either way and the work
 * goes on; a rejection that comes in time is passed on, a later one is dropped.
 */
export async function withTimeLimit(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
    work.catch(() => {})
  }
}
