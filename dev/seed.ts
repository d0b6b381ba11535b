/** Pushes the schema and fills an empty database: `NODE_ENV=development tsx dev/seed.ts`. */
import { randomUUID } from 'node:crypto'
import { getPayload, type Payload } from 'payload'
import { demoAccounts } from './lib/demoAccounts.ts'

process.env.PAYLOAD_LOG_LEVEL ??= 'warn'

const notes = [
  { title: 'Groceries', body: 'Oat milk, rye bread, two lemons.' },
  { title: 'A thing to try', body: 'Log out here, then show the old token to /api/users/me.' },
]

const posts = [
  {
    title: 'Everybody may read this',
    body: 'Posts are public. A revoked token is refused even here, so that its holder learns that it is dead.',
  },
  {
    title: 'A signature is not enough',
    body: 'The signature of a JWT stays valid until it expires. Whether the token still counts is another question.',
  },
]

const { default: config } = await import('./payload.config.ts')
const payload = await getPayload({ config, disableOnInit: true })
const { totalDocs: users } = await payload.count({ collection: 'users' })

if (users === 0) {
  await seedContent(payload)
  await seedAccounts(payload)
  console.log('Seeded an administrator, a member, a customer, two posts and two notes.')
} else {
  console.log('The database already has users, so nothing was changed.')
}

await payload.destroy()
await seedStateless()
process.exit(0)

async function seedContent(payload: Payload): Promise<void> {
  await payload.updateGlobal({
    slug: 'site',
    data: { title: 'The revocation demo', tagline: 'Log out, and the token is dead.' },
  })
  for (const data of posts) await payload.create({ collection: 'posts', data })
}

async function seedAccounts(payload: Payload): Promise<void> {
  const { administrator, member } = demoAccounts
  await payload.create({
    collection: 'users',
    data: { ...administrator, name: 'Ada Administrator', role: 'admin' },
  })
  const { id: owner } = await payload.create({
    collection: 'users',
    data: { ...member, name: 'Demi Member', role: 'member' },
  })
  await payload.create({
    collection: 'customers',
    data: {
      apiKey: randomUUID(),
      email: 'customer@example.com',
      enableAPIKey: true,
      name: 'Cleo Customer',
      password: randomUUID(),
    },
  })
  for (const note of notes) await payload.create({ collection: 'notes', data: { ...note, owner } })
}

/** The same member in the Payload without the plugin, for the replay lab. */
async function seedStateless(): Promise<void> {
  const { getStateless } = await import('./stateless/getStateless.ts')
  const stateless = await getStateless()
  const { totalDocs } = await stateless.count({ collection: 'users' })
  if (totalDocs === 0) {
    const { email, password } = demoAccounts.member
    const data = { email, password, role: 'member' } as const
    const { id: owner } = await stateless.create({ collection: 'users', data })
    for (const { title } of notes)
      await stateless.create({ collection: 'notes', data: { title, owner } })
  }
  await stateless.destroy()
}
