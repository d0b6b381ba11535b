import { PERSON } from '../prove.js'
import type { Ask } from './ask.js'
import { as, graphql, preflight, stranger, upload } from './asks.js'

const FRONT_END = 'http://localhost:3000'
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const PREVIEW = '/next/preview?previewSecret=preview&path='
const PUBLISHED = { title: 'About us', slug: 'about', layout: [], _status: 'published' }

/** A day of a website: it is filled, visited, edited and visited again. */
export const websiteAsks: readonly Ask[] = [
  ...stranger([
    'POST /next/seed',
    'GET /admin',
    'GET /admin/login',
    'GET /api/users/me',
    { line: 'POST /api/users/login', json: { ...PERSON, password: 'wrong' } },
  ]),
  ...as('editor', [
    { line: 'POST /api/users/login', json: PERSON },
    'POST /next/seed',
    'GET /api/users/me',
    'GET /api/users/me?depth=0',
  ]),
  ...stranger([
    'GET /',
    'HEAD /contact',
    'GET /contact',
    'GET /blog',
    'GET /nowhere',
    'GET /posts/first',
    'GET /posts/hidden',
    'GET /search?q=first',
    'GET /pages-sitemap.xml',
    'GET /api/posts?sort=title',
    'GET /api/posts/3',
    'GET /api/pages?depth=2&draft=true',
    'GET /api/globals/header',
    'GET /api/search?sort=title',
    'GET /api/media/1',
    'GET /api/media/file/pixel.png',
    'GET /api/users',
    'GET /api/nowhere',
    'GET /api/payload-jobs/run',
    'GET /api/graphql-playground',
    graphql('{ Posts(sort: "title") { docs { title authors { email } } } meUser { user { id } } }'),
    graphql('mutation { createCategory(data: { title: "X" }) { id } }'),
    graphql('{ nothing }'),
    {
      line: 'POST /api/form-submissions',
      json: { form: 1, submissionData: [{ field: 'email', value: 'visitor@example.com' }] },
    },
    { line: 'POST /api/form-submissions', json: { form: 1, submissionData: [] } },
    'GET /api/form-submissions',
    `GET ${PREVIEW}/posts/hidden`,
    preflight('/api/users/login', FRONT_END),
    preflight('/api/users/login', 'https://elsewhere.example'),
    { line: 'GET /api/posts', headers: { Origin: FRONT_END } },
    { line: 'POST /api/users/forgot-password', json: { email: 'nobody@example.com' } },
  ]),
  ...as('editor', [
    { line: 'GET /api/users/me', headers: { Origin: FRONT_END } },
    { line: 'GET /api/users/me', headers: { Origin: 'https://elsewhere.example' } },
    'GET /api/users?sort=id&depth=0',
    'GET /api/posts?draft=true&sort=title',
    'GET /api/posts/versions?sort=createdAt&limit=1',
    { line: 'PATCH /api/posts/3?autosave=true&draft=true', json: { title: 'Hidden post, again' } },
    {
      line: 'POST /api/posts/3',
      headers: { 'X-Payload-HTTP-Method-Override': 'GET' },
      json: { data: { title: 'What is being typed' }, depth: 1 },
    },
    'GET /next/preview?previewSecret=wrong&path=/posts/hidden',
    `GET ${PREVIEW}/posts/hidden`,
    'GET /posts/hidden',
    'GET /next/exit-preview',
    'GET /posts/hidden',
    { line: 'POST /api/pages', json: PUBLISHED },
    upload('POST /api/media', { name: 'again.png', type: 'image/png', content: PIXEL }),
    upload('POST /api/media', {
      name: 'large.txt',
      type: 'text/plain',
      content: Buffer.alloc(11 * 1024 * 1024, 'a'),
    }),
    { line: 'POST /api/search/reindex', json: { collections: ['posts'] } },
    'GET /api/payload-jobs/run',
    graphql('{ meUser { user { email } } Users { docs { email } } }'),
    graphql('mutation { createCategory(data: { title: "Views", slug: "views" }) { title } }'),
    'GET /admin/login',
    'GET /admin/collections/pages/create',
    'GET /admin/collections/nowhere',
    'GET /nowhere',
    'POST /api/users/refresh-token',
    'GET /api/users/me',
  ]),
  ...stranger(['GET /about', 'GET /contact', 'GET /pages-sitemap.xml', 'GET /search?q=again']),
  // What is shown meanwhile is old or new, as it happens: nothing is visited after it.
  ...as('editor', [
    { line: 'POST /api/globals/header', json: { navItems: [{ label: 'About', url: '/about' }] } },
  ]),
]

/** Pages of the panel, whose frame the plugin adds to. */
export const websitePanel: readonly string[] = [
  '/admin',
  '/admin/collections/posts',
  '/admin/collections/posts/3',
  '/admin/collections/posts/3/versions',
  '/admin/collections/media/1',
  '/admin/collections/forms/1',
  '/admin/collections/users/1',
  '/admin/globals/header',
  '/admin/account',
]
