import { useLayoutEffect, useRef } from 'react'

/** While `isCovered` the browser does not ask "Leave site?", whatever the page under the cover wants. */
export function useUnaskedLeaving(isCovered: boolean): void {
  const covered = useRef(isCovered)
  useLayoutEffect(() => {
    covered.current = isCovered
  })
  // Browsers call the listeners of this event in the order in which they came. A page adds its own
  // later: in an effect, or when something is typed.
  useLayoutEffect(() => {
    const hideLeaving = (event: Event) => {
      if (covered.current) event.stopImmediatePropagation()
    }
    window.addEventListener('beforeunload', hideLeaving)
    return () => window.removeEventListener('beforeunload', hideLeaving)
  }, [])
}
