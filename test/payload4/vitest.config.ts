import { defineConfig } from 'vitest/config'

/** In a copy of the repository with Payload 4: see `payload4.more.test.ts`. */
export default defineConfig({
  test: {
    include: ['test/payload4/{panel,previousSecrets}.test.ts'],
    env: { PAYLOAD_FORCE_DRIZZLE_PUSH: 'true' },
    testTimeout: 180_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
  },
})
