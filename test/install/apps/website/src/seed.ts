import type { Payload, PayloadRequest } from 'payload'

const COLLECTIONS = [
  'categories',
  'media',
  'pages',
  'posts',
  'forms',
  'form-submissions',
  'search',
] as const
const AUTHOR = { email: 'author@example.com', name: 'An author', password: 'a-password' }
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Takes away what is there and puts an example of everything in its place. */
export async function seed(payload: Payload, req: PayloadRequest): Promise<void> {
  const context = { disableRevalidate: true }
  for (const collection of COLLECTIONS) {
    await payload.db.deleteMany({ collection, req, where: {} })
    if (payload.collections[collection]?.config.versions) {
      await payload.db.deleteVersions({ collection, req, where: {} })
    }
  }
  await payload.delete({ collection: 'users', where: { email: { equals: AUTHOR.email } }, req })

  const author = await payload.create({ collection: 'users', data: AUTHOR, req })
  const data = Buffer.from(PIXEL, 'base64')
  const image = await payload.create({
    collection: 'media',
    data: { alt: 'A pixel' },
    file: { data, mimetype: 'image/png', name: 'pixel.png', size: data.length },
    req,
  })
  const category = await payload.create({
    collection: 'categories',
    data: { title: 'News', slug: 'news' },
    req,
  })
  for (const name of ['First', 'Second', 'Hidden']) {
    await payload.create({
      collection: 'posts',
      context,
      data: {
        _status: name === 'Hidden' ? 'draft' : 'published',
        title: `${name} post`,
        slug: name.toLowerCase(),
        content: richText(`The ${name.toLowerCase()} post.`),
        heroImage: image.id,
        authors: [author.id],
        categories: [category.id],
      },
      req,
    })
  }
  const form = await payload.create({
    collection: 'forms',
    data: {
      title: 'Contact form',
      confirmationMessage: richText('Thank you.'),
      fields: [{ blockType: 'email', name: 'email', label: 'Email', required: true }],
    },
    req,
  })
  await payload.create({
    collection: 'pages',
    context,
    data: {
      _status: 'published',
      title: 'Contact',
      slug: 'contact',
      layout: [
        { blockType: 'content', text: richText('Write to us.') },
        { blockType: 'form', form: form.id },
      ],
    },
    req,
  })
  await payload.updateGlobal({
    slug: 'header',
    context,
    data: { navItems: [{ label: 'Contact', url: '/contact' }] },
    req,
  })
}

const richText = (text: string) => ({
  root: {
    type: 'root',
    version: 1,
    format: '' as const,
    indent: 0,
    direction: null,
    children: [
      {
        type: 'paragraph',
        version: 1,
        format: '',
        indent: 0,
        direction: null,
        children: [
          { type: 'text', version: 1, text, format: 0, style: '', mode: 'normal', detail: 0 },
        ],
      },
    ],
  },
})
