/** Measures the longest time in which the event loop was blocked, in milliseconds. */
export function watchForBlocks() {
  let longestMs = 0
  let last = performance.now()
  const look = () => {
    const now = performance.now()
    longestMs = Math.max(longestMs, now - last)
    last = now
  }
  const timer = setInterval(look, 1)
  return {
    stop(): number {
      clearInterval(timer)
      look()
      return longestMs
    },
  }
}
