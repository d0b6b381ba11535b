/**
 * Whether somebody goes to a page, so that the browser shows what is answered. Without
 * `Sec-Fetch-*` (older browsers, and sites without TLS) what is wanted tells.
 */
export function isVisit(headers: Headers): boolean {
  const mode = headers.get('Sec-Fetch-Mode')
  return mode === null ? wantsHtml(headers) : mode === 'navigate' && !isOfRouter(headers)
}

/**
 * Whether a page may be the answer, though it is another than the one that was asked for: to a visit,
 * and to a script that asks for HTML. Other scripts, pictures and the router's own requests would
 * take it for what they wanted.
 */
export const isPageWanted = (headers: Headers) => isVisit(headers) || wantsHtml(headers)

const wantsHtml = (headers: Headers) =>
  headers.get('Accept')?.includes('text/html') === true && !isOfRouter(headers)

const isOfRouter = (headers: Headers) => headers.has('RSC') || headers.has('Next-Router-Prefetch')
