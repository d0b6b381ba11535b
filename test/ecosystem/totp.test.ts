import '../support/nextEnvironment.js'
import { TOTP } from 'otpauth'
import { payloadTotp } from 'payload-totp'
import { afterAll, beforeAll } from 'vitest'
import { after, ask, itKnowsItsToken, type Visited } from '../support/itsToken.js'
import { onEachDatabaseByNumber } from '../support/onEachDatabase.js'
import { byPassword, createVisited } from '../support/visitedApp.js'

/** Every user has a second factor, as `payload-totp` requires it. */
onEachDatabaseByNumber(
  'payload-totp: after the second factor, whose strategy hands on a copy of the user',
  (database) => {
    let visited: Visited
    beforeAll(async () => {
      visited = await createVisited({
        ...database(),
        strategy: 'totp',
        configure: (config) => payloadTotp({ collection: 'users' })(config),
        async logIn(app, person) {
          const browser = await byPassword(app, person)
          const secret = 'JBSWY3DPEHPK3PXP'
          const token = new TOTP({ secret }).generate()
          const setUp = await ask(app, browser, '/api/setup-totp', { body: { token, secret } })
          const { ok } = (await setUp.json()) as { ok: boolean }
          const verified = ok
            ? setUp
            : await ask(app, browser, '/api/verify-totp', { body: { token } })
          return after(verified, browser)
        },
      })
    })
    afterAll(() => visited.app.close())

    itKnowsItsToken(() => visited)
  },
)
