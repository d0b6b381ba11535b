import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig, type Config, type PayloadRequest } from 'payload'
import { revocations, type Target } from 'payload-jwt-revocation'

interface Account {
  collection: 'users'
  data: object
  id?: number | string
}

const bodyOf = async <Body>(req: PayloadRequest): Promise<Body> => (await req.json?.()) as Body

/** What every one of them is added to. */
const base: Config = {
  admin: {
    user: 'users',
    importMap: { baseDir: path.dirname(fileURLToPath(import.meta.url)) },
  },
  collections: [
    { slug: 'users', auth: true, fields: [{ name: 'name', type: 'text' }] },
    { slug: 'notes', fields: [{ name: 'title', type: 'text' }] },
  ],
  db: sqliteAdapter({ client: { url: process.env.DATABASE_URL || '' } }),
  email: () => ({
    name: 'silent',
    defaultFromAddress: 'app@example.com',
    defaultFromName: 'App',
    sendEmail: async () => {},
  }),
  endpoints: [
    {
      path: '/cut-off',
      method: 'post',
      custom: { jwtRevocation: { open: true } },
      async handler(req) {
        await revocations(req.payload).revoke(await bodyOf<Target>(req))
        return Response.json({})
      },
    },
    {
      path: '/set-account',
      method: 'post',
      custom: { jwtRevocation: { open: true } },
      async handler(req) {
        const { id, ...args } = await bodyOf<Account>(req)
        const { payload } = req
        const done = id ? await payload.update({ id, ...args }) : await payload.create(args)
        return Response.json({ id: done.id })
      },
    },
    {
      path: '/fails',
      method: 'get',
      handler() {
        throw new Error('An endpoint of the app fails')
      },
    },
  ],
  secret: process.env.PAYLOAD_SECRET || '',
  serverURL: process.env.ORIGIN || 'http://127.0.0.1:3000',
  telemetry: false,
  typescript: { autoGenerate: false },
}

/** The config with one of the plugins, from a file of its own. */
const { configure } = (await import(`./with/${process.env.WITH}`)) as {
  configure: (config: Config) => Config
}

export default buildConfig(configure(base))
