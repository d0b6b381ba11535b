import type { Ask } from './ask.js'

/** Requests as somebody: what they see, or change. */
export const as = (name: string, asks: readonly (Ask | string)[]): Ask[] =>
  asks.map((each) => ({ ...(typeof each === 'string' ? { line: each } : each), as: name }))

export const stranger = (asks: readonly (Ask | string)[]): Ask[] =>
  asks.map((each) => (typeof each === 'string' ? { line: each } : each))

export const graphql = (query: string, path = '/api/graphql'): Ask => ({
  line: `POST ${path}`,
  json: { query },
})

/** A form with a file, as the panel uploads it. */
export const upload = (
  line: string,
  { name, type, content }: { name: string; type: string; content: Buffer },
): Ask => ({
  line,
  form: () => {
    const form = new FormData()
    form.set('file', new File([new Uint8Array(content)], name, { type }))
    form.set('_payload', JSON.stringify({ alt: name }))
    return form
  },
})

/** What a browser asks before it lets a page of another origin send `method` with the cookies. */
export const preflight = (path: string, origin: string, method = 'POST'): Ask => ({
  line: `OPTIONS ${path}`,
  headers: {
    Origin: origin,
    'Access-Control-Request-Method': method,
    'Access-Control-Request-Headers': 'content-type',
  },
})
