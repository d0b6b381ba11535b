import type { Denylist } from './denylist.js'
import type { Token } from './token.js'
import type { TokenEnd } from './watching.js'

/**
 * Watches a token that nobody has judged yet. Like {@link Denylist.watch}, but the token is first
 * judged as for a request, so a process that is too stale reports `unknown`.
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
