import 'reflect-metadata'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Controller, Get, Module, Req } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { app as express } from './express'
import { app as fastify } from './fastify'
import { app as hono } from './hono'
import { app as koa } from './koa'
import { TokenGuard } from './nest'
import { serveFetch } from './serveFetch'
import { sockets } from './sockets'
import { loggedIn, t } from './trpc'

/** One server for each adapter of docs/verify.md. It prints their addresses. */
const originOf = (server: Pick<Server, 'address'>) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const listening = async (server: Server) => {
  await new Promise((resolve) => server.once('listening', resolve))
  return originOf(server)
}

express.get('/', (_, res) => void res.json(res.locals.user))

fastify.get('/', async (request) => request.getDecorator('user'))

hono.get('/', (c) => c.json(c.get('user')))

koa.use((ctx) => {
  ctx.body = ctx.state.user
})

@Controller()
class Users {
  @Get()
  me(request: { user: object }) {
    return request.user
  }
}

// Biome reads no decorators of parameters.
Req()(Users.prototype, 'me', 0)

@Module({ controllers: [Users] })
class App {}

const nest = await NestFactory.create(App, { logger: false })
nest.useGlobalGuards(new TokenGuard())
await nest.listen(0, '127.0.0.1')

const router = t.router({ me: loggedIn.query(({ ctx }) => ctx.user) })
const trpc = (req: Request) =>
  fetchRequestHandler({
    ...{ endpoint: '/', req, router },
    createContext: ({ req, resHeaders }) => ({ req, resHeaders }),
  })

console.log(
  JSON.stringify({
    express: await listening(express.listen(0, '127.0.0.1')),
    fastify: await fastify.listen({ port: 0, host: '127.0.0.1' }),
    hono: (await serveFetch((request) => hono.fetch(request))).origin,
    koa: await listening(koa.listen(0, '127.0.0.1')),
    nest: await nest.getUrl(),
    trpc: `${(await serveFetch(trpc)).origin}/me`,
    sockets: originOf(sockets as never),
  }),
)
