/**
 * Whether the page would make the browser ask "Leave site?", as pages with unsaved changes do. The page
 * gets the same event as from a browser, right before it is left.
 */
export function asksBeforeLeaving(): boolean {
  const event = document.createEvent('BeforeUnloadEvent')
  event.initEvent('beforeunload', false, true)
  return !window.dispatchEvent(event) || Boolean(event.returnValue)
}
