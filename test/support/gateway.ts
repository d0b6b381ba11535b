import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { blockIn } from './blockIn.js'
import type { App } from './createApp.js'
import { freePort } from './freePort.js'
import { rawRequest } from './rawRequest.js'
import { startProgram } from './startProgram.js'

export interface Place {
  readonly port: number
  stop(): Promise<void>
}

/** A server of this process on a port of its own. */
async function serve(listener: RequestListener): Promise<Place> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Serves the REST API of an app over HTTP. */
export const serveApp = ({ send }: Pick<App, 'send'>): Promise<Place> =>
  serve(async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const headers = new Headers()
    for (const [name, values] of Object.entries(incoming.headersDistinct)) {
      for (const value of values ?? []) headers.append(name, value)
    }
    const url = `http://${incoming.headers.host}${incoming.url}`
    const answer = await send(new Request(url, { method: incoming.method ?? 'GET', headers }))
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
    outgoing.end(Buffer.from(await answer.arrayBuffer()))
  })

/** The service behind the gateway: it tells what it was sent. */
export const startService = () =>
  serve((incoming, outgoing) => {
    outgoing.end(JSON.stringify({ path: incoming.url, headers: incoming.headers }))
  })

/** A request to the service, and what the service was sent if the gateway let it through. */
export async function askThrough(
  gateway: Place,
  headers: Record<string, string> = {},
  path = '/orders/42',
) {
  const origin = `http://127.0.0.1:${gateway.port}`
  const { status, body, header } = await rawRequest({ origin }, path, { headers })
  const isThrough = status === 200
  const sent = isThrough ? (JSON.parse(body) as { headers: Record<string, string> }).headers : {}
  return { status, isThrough, sent, header }
}

/** A server that takes every path for its own, such as a page “not found” with status 200. */
export async function startObliging() {
  const asked: (string | undefined)[] = []
  const place = await serve((incoming, outgoing) => {
    asked.push(incoming.url)
    outgoing.end('welcome')
  })
  return { ...place, asked }
}

/** Where the configurations of docs/gateways.md find the application and the service. */
export interface Behind {
  readonly app: number
  readonly service: number
}

export type GatewayKind = keyof typeof START

/** The configuration in docs/gateways.md. */
export const documented = (kind: GatewayKind): string => blockIn('docs/gateways.md', kind)

/** A real gateway with this configuration, on a port of its own. */
export async function startGateway(
  kind: GatewayKind,
  { app, service }: Behind,
  config = documented(kind),
): Promise<Place> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-gateway-'))
  const port = await freePort()
  const placed = config
    .replaceAll('app:3000', `127.0.0.1:${app}`)
    .replaceAll('orders:8080', `127.0.0.1:${service}`)
  const { text, program, args } = START[kind](placed, { folder, port })
  const file = path.join(folder, 'config')
  writeFileSync(file, text)
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  const gateway = await startProgram({ program, args: args(file), cwd: folder, env, port })
  return {
    port,
    async stop() {
      await gateway.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const START = {
  nginx: (config: string, { folder, port }: { folder: string; port: number }) => ({
    program: 'nginx',
    args: (file: string) => ['-c', file, '-p', folder, '-e', 'stderr'],
    text: `daemon off; master_process off; pid ${folder}/pid;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${folder}/${each};`).join(' ')}
  ${config.replace('listen 80;', `listen 127.0.0.1:${port};`)}
}
`,
  }),
  caddy: (config: string, { port }: { folder: string; port: number }) => ({
    program: 'caddy',
    args: (file: string) => ['run', '--config', file, '--adapter', 'caddyfile'],
    text: `{
	admin off
	auto_https off
}
${config.replace(':80 {', `http://127.0.0.1:${port} {`)}
`,
  }),
}
