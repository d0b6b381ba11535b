import type { Denylist } from './denylist.js'
import type { Token } from './token.js'
import type { TokenEnd } from './watching.js'

/**
 * Watches a token of which nobody asked yet: as {@link Denylist.watch}, and judged first as a
 * request with it would be, so that a process too stale to vouch for it says `unknown`.
 */
export function watchToken(
  denylist: Denylist,
  token: Token,
  onEnd: (end: TokenEnd) => void,
): () => void {
  let isOver = false
  const end = (how: TokenEnd) => {
    if (isOver) return
    cancel()
    onEnd(how)
  }
  const stopWatching = denylist.watch(token, end)
  const cancel = () => {
    isOver = true
    stopWatching()
  }
  denylist.judge(token).then(
    ({ status }) => status === 'unknown' && end({ status }),
    () => end({ status: 'unknown' }),
  )
  return cancel
}
