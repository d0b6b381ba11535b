import { PERSON } from '../prove.js'
import type { Ask } from './ask.js'
import { as, graphql, preflight, stranger } from './asks.js'

const USER = { email: 'user@example.com', password: 'a-password', firstName: 'A user' }

export const FRONT_END = 'https://front.example'

const near = { Origin: FRONT_END }
const far = { Origin: 'https://elsewhere.example' }

/** A front end elsewhere, other addresses than Payload's usual ones, and a panel in German alone. */
export const accountsAsks: readonly Ask[] = [
  ...stranger([
    'GET /',
    'GET /login',
    'GET /account',
    'GET /admin',
    'GET /api/users/me',
    'GET /backstage',
    { line: 'GET /backstage/login', headers: { 'Accept-Language': 'en' } },
    'GET /rest/nowhere',
    preflight('/rest/users/login', FRONT_END),
    preflight('/rest/users/login', far.Origin),
    preflight('/rest/query', FRONT_END),
    { line: 'POST /rest/users', json: USER, headers: near },
    { line: 'POST /rest/users', json: { email: 'not an address' }, headers: near },
    { line: 'POST /rest/users/login', json: { ...USER, password: 'x' }, headers: near },
  ]),
  ...as('user', [
    { line: 'POST /rest/users/login', json: USER, headers: near },
    { line: 'GET /rest/users/me', headers: near },
    { line: 'GET /rest/users/me', headers: far },
    { line: 'GET /rest/users/me', headers: { 'Sec-Fetch-Site': 'cross-site' } },
    'GET /rest/users/me',
    { line: 'PATCH /rest/users/2', json: { firstName: 'The same' }, headers: near },
    { line: 'PATCH /rest/users/2', json: { firstName: 'Another' }, headers: far },
    { line: 'PATCH /rest/users/1', json: { firstName: 'Another' }, headers: near },
    { ...graphql('{ meUser { user { firstName roles } } }', '/rest/query'), headers: near },
    { ...graphql('{ meUser { user { firstName roles } } }', '/rest/query'), headers: far },
    'GET /account',
    { line: 'GET /account', headers: { Accept: 'text/html' } },
    'GET /backstage',
    { line: 'POST /rest/users/refresh-token', headers: near },
    { line: 'GET /rest/users/me', headers: near },
  ]),
  ...as('admin', [
    { line: 'POST /rest/users/login', json: PERSON },
    'GET /rest/users?depth=0&sort=id',
    'GET /account',
    { line: 'POST /rest/users/unlock', json: { email: USER.email } },
    graphql(
      'mutation { updateUser(id: 2, data: { firstName: "X" }) { firstName } }',
      '/rest/query',
    ),
  ]),
]

export const accountsPanel: readonly string[] = [
  '/backstage',
  '/backstage/about',
  '/backstage/account',
  '/backstage/collections/users',
  '/backstage/collections/users/2',
]
