import { PERSON } from '../prove.js'
import type { Ask } from './ask.js'
import { as, graphql, stranger } from './asks.js'

const CUSTOMER = { email: 'customer@example.com', password: 'a-password', name: 'A customer' }
const PREVIEW = '/next/preview?previewSecret=preview&path='
const MUG = { title: 'Mug', slug: 'mug', priceInUSDEnabled: true, priceInUSD: 1200, inventory: 9 }
const CART = { currency: 'USD', items: [{ product: 1, quantity: 2 }] }
const HOME = { firstName: 'A', addressLine1: 'A street 1', city: 'A city', country: 'US' }

/** Two collections of people: the shop's own, and its customers, who never see the panel. */
export const shopAsks: readonly Ask[] = [
  ...stranger([
    'GET /',
    'GET /products/mug',
    'GET /account',
    'GET /admin',
    'GET /api/admins/me',
    'GET /api/customers/me',
    { line: 'POST /api/admins', json: CUSTOMER },
    { line: 'POST /api/customers', json: CUSTOMER },
    { line: 'POST /api/customers', json: CUSTOMER },
    { line: 'POST /api/admins/login', json: CUSTOMER },
  ]),
  ...as('admin', [
    { line: 'POST /api/admins/login', json: PERSON },
    { line: 'POST /api/products?draft=true', json: { ...MUG, _status: 'draft' } },
    'GET /products/mug',
    `GET ${PREVIEW}/products/mug`,
    'GET /products/mug',
    'GET /next/exit-preview',
    { line: 'PATCH /api/products/1', json: { _status: 'published' } },
    'GET /api/customers?depth=0',
    'GET /api/admins/me',
    'GET /api/customers/me',
    'GET /account',
    { line: 'POST /api/forms', json: { title: 'A form' } },
  ]),
  ...stranger([
    'GET /',
    'GET /products/mug',
    'GET /api/products',
    { line: 'POST /api/carts', json: CART },
    'GET /api/carts/1',
    'GET /api/orders',
    { line: 'POST /api/payments/invoice/initiate', json: { cartID: 1 } },
  ]),
  ...as('customer', [
    { line: 'POST /api/customers/login', json: { ...CUSTOMER, password: 'wrong' } },
    { line: 'POST /api/customers/login', json: CUSTOMER },
    'GET /api/customers/me',
    'GET /api/admins/me',
    'GET /account',
    'GET /admin',
    'GET /api/admins',
    'GET /api/customers?depth=0',
    { line: 'PATCH /api/customers/1', json: { name: 'The same customer' } },
    { line: 'POST /api/addresses', json: HOME },
    { line: 'POST /api/carts', json: { ...CART, customer: 1 } },
    'GET /api/carts?depth=0',
    { line: 'POST /api/payments/invoice/initiate', json: { cartID: 2 } },
    { line: 'POST /api/payments/invoice/confirm-order', json: { transactionID: 1 } },
    'GET /api/orders?depth=0',
    'GET /account',
    graphql('{ meCustomer { user { email } } meAdmin { user { email } } Admins { totalDocs } }'),
    'POST /api/customers/refresh-token',
    'POST /api/admins/logout',
    'GET /api/customers/me',
  ]),
  ...stranger([{ line: 'POST /api/customers/forgot-password', json: { email: CUSTOMER.email } }]),
]

export const shopPanel: readonly string[] = [
  '/admin',
  '/admin/account',
  '/admin/collections/customers',
  '/admin/collections/customers/1',
  '/admin/collections/admins/1',
  '/admin/collections/products/1',
  '/admin/collections/orders/1',
]
