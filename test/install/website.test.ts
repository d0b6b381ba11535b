import { it } from 'vitest'
import { prove } from './prove.js'
import { answersAlike } from './twins/answersAlike.js'
import { panelAlike } from './twins/panelAlike.js'
import { twinsForTests } from './twins/twinsForTests.js'
import { websiteAsks, websitePanel } from './twins/websiteAsks.js'

const { installed, both } = twinsForTests(['preview', 'website'])

it('a website refuses a token that was logged out', () => prove(installed()))

answersAlike('a website', websiteAsks, both)

panelAlike({ as: 'editor', admin: '/admin', pages: websitePanel }, both)
