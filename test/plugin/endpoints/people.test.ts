import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MEMBER } from '../../support/baseConfig.js'
import { type Callers, createCallers } from '../../support/callers.js'

const statements: string[] = []
let app: Callers
let administrator: HeadersInit
beforeAll(async () => {
  app = await createCallers({
    onStatement: (sql) => void statements.push(sql),
    configure: (config) => ({
      ...config,
      collections: [
        ...(config.collections ?? []),
        {
          slug: 'authors',
          auth: true,
          admin: { useAsTitle: 'penName' },
          fields: [{ name: 'penName', type: 'text' }],
        },
        {
          slug: 'staff',
          auth: true,
          access: { read: ({ req }) => ({ email: { equals: req.user?.email } }) },
          fields: [],
        },
        { slug: 'informants', auth: true, access: { read: () => false }, fields: [] },
        {
          slug: 'shy',
          auth: true,
          fields: [{ name: 'email', type: 'email', access: { read: () => false } }],
        },
      ],
    }),
  })
  administrator = await app.headersOf('administrator')
})
afterAll(() => app.close())

const create = async (collection: string, data: object = {}) => {
  const email = `${collection}${Math.random()}@example.com`
  const all = { email, password: 'a-password', ...data }
  const doc = await app.payload.create({ collection: collection as 'users', data: all as never })
  return { id: doc.id, email, subject: `user:${collection}:${doc.id}` }
}

const people = async (...subjects: string[]) => {
  const { body, status } = await app.call('people', administrator, { subjects })
  expect(status).toBe(200)
  return body.docs
}

describe('people', () => {
  it('have the title of their collection, or their e-mail', async () => {
    const [user, author] = [await create('users'), await create('authors', { penName: 'Colette' })]
    expect(await people(user.subject, author.subject)).toEqual([
      {
        subject: user.subject,
        collection: 'users',
        id: String(user.id),
        title: user.email,
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
        isDeleted: false,
        device: null,
      },
      expect.objectContaining({ collection: 'authors', title: 'Colette' }),
    ])
  })

  it('are named by the session that is theirs, with its device', async () => {
    const headers = { 'User-Agent': 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Firefox/140.0' }
    const answer = await app.request('/api/users/login', { body: MEMBER, headers })
    const { token } = (await answer.json()) as { token: string }
    const { sid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(await people(`sid:${sid}`, 'sid:unknown')).toMatchObject([
      { subject: `sid:${sid}`, title: MEMBER.email, device: 'Firefox on Windows' },
    ])
  })

  it('stay without a name for an administrator who may not read them', async () => {
    const hidden = [await create('informants'), await create('staff'), await create('shy')]
    const found = await people(...hidden.map(({ subject }) => subject))
    expect(found).toMatchObject([
      { title: null, isDeleted: false },
      { title: null, isDeleted: false },
      { title: null, isDeleted: false },
    ])
    expect(JSON.stringify(found)).not.toContain('@')
  })

  it('are said to be deleted, also where their collection is not to be read', async () => {
    for (const collection of ['users', 'informants']) {
      const gone = await create(collection)
      await app.payload.delete({ collection: collection as 'users', id: gone.id })
      expect(await people(gone.subject)).toMatchObject([{ title: null, isDeleted: true }])
    }
    expect(await people('user:nowhere:1', 'user:users:no-number')).toMatchObject([
      { title: null, isDeleted: false },
      { title: null, isDeleted: false },
    ])
  })

  it('are read in one query of a collection, however many they are', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => create('authors')))
    statements.length = 0
    expect(await people(...many.map(({ subject }) => subject))).toHaveLength(20)
    const asked = statements.filter((sql) => /from "?authors/i.test(sql))
    expect(asked).toHaveLength(1)
  })

  for (const body of [
    {},
    { subjects: 'user:users:1' },
    { subjects: ['jti:1'] },
    { subjects: [1] },
  ]) {
    it(`refuses ${JSON.stringify(body)}`, async () => {
      expect((await app.call('people', administrator, body)).status).toBe(400)
    })
  }

  it('refuses more than 200 at once', async () => {
    const subjects = Array.from({ length: 201 }, (_, i) => `user:users:${i}`)
    expect((await app.call('people', administrator, { subjects })).status).toBe(400)
  })
})
