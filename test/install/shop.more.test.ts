import { it } from 'vitest'
import { prove } from './prove.js'
import { answersAlike } from './twins/answersAlike.js'
import { panelAlike } from './twins/panelAlike.js'
import { shopAsks, shopPanel } from './twins/shopAsks.js'
import { twinsForTests } from './twins/twinsForTests.js'

const { installed, both } = twinsForTests(['preview', 'shop'], {
  users: '/api/admins',
  build: `
    node_modules/.bin/next build --webpack
    cp -r .next/static .next/standalone/.next/
  `,
})

it('a shop, bundled by webpack for a container, refuses a token that was logged out', () =>
  prove(installed()))

answersAlike('a shop with customers beside its admins', shopAsks, both)

panelAlike({ as: 'admin', admin: '/admin', pages: shopPanel }, both)
