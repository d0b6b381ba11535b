/** Answers as the routes of a Next.js app would, without a build: better-auth, Auth.js and Payload. */
import 'next/dist/server/node-environment-baseline.js'
import { createServer, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { NextRequest } from 'next/server'
import { getPayload, handleEndpoints } from 'payload'
import { inNextRoute } from './nextRoute'
import configPromise from './payload.config'

const config = await configPromise
const payload = await getPayload({ config })

const { betterAuth } = payload as { betterAuth?: { handler: typeof rest } }
const { __authjs_instances__: authjs } = payload as {
  __authjs_instances__?: {
    users: { handlers: Record<string, (request: NextRequest) => Promise<Response>> }
  }
}

const rest = (request: Request): Promise<Response> => handleEndpoints({ config, request })

function handlerOf(pathname: string, method: string) {
  if (pathname.startsWith('/api/auth/') && betterAuth) return betterAuth.handler
  const own = pathname.startsWith('/authjs/') && authjs?.users.handlers[method]
  return own ? (request: Request) => own(request as NextRequest) : rest
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', headers } = incoming
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: [
      ...Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      // As the server of Next.js does.
      ['x-forwarded-host', String(headers.host)],
      ['x-forwarded-proto', 'http'],
    ],
    ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
  })
}

createServer(async (incoming, outgoing) => {
  const request = requestOf(incoming)
  const handler = handlerOf(new URL(request.url).pathname, request.method)
  const answer = await inNextRoute(request, handler).catch((error) => {
    console.error(error)
    return new Response(null, { status: 500 })
  })
  const headers: Record<string, string | string[]> = Object.fromEntries(answer.headers)
  const cookies = answer.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  outgoing.writeHead(answer.status, headers)
  outgoing.end(Buffer.from(await answer.arrayBuffer()))
}).listen(Number(process.env.PORT), '127.0.0.1')
