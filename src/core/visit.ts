/**
 * Whether somebody goes to a page, so that another page may be the answer. Scripts, pictures and
 * the router's own requests do not: they would take that page for what they asked for. Without
 * `Sec-Fetch-*` (older browsers, and sites without TLS) what is wanted tells.
 */
export function isVisit(headers: Headers): boolean {
  if (headers.has('RSC') || headers.has('Next-Router-Prefetch')) return false
  const mode = headers.get('Sec-Fetch-Mode')
  if (mode !== null) return mode === 'navigate'
  return headers.get('Accept')?.includes('text/html') === true
}
