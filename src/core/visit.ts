/**
 * Whether the request is a page navigation, so that the browser shows the answer. Without
 * `Sec-Fetch-*` (older browsers, and sites without TLS) the `Accept` header decides.
 */
export function isVisit(headers: Headers): boolean {
  const mode = headers.get('Sec-Fetch-Mode')
  return mode === null ? wantsHtml(headers) : mode === 'navigate' && !isOfRouter(headers)
}

/**
 * Whether another page may be the answer: to a navigation, and to a script that asks for HTML.
 * Other scripts, images and the router's own requests would mistake it for what they asked for.
 */
export const isPageWanted = (headers: Headers) => isVisit(headers) || wantsHtml(headers)

const wantsHtml = (headers: Headers) =>
  headers.get('Accept')?.includes('text/html') === true && !isOfRouter(headers)

const isOfRouter = (headers: Headers) => headers.has('RSC') || headers.has('Next-Router-Prefetch')
