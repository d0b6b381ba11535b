import { defineConfig } from 'vitest/config'
import { FaultsFirst } from './test/support/faultsFirst.js'

export default defineConfig({
  test: {
    // Limits for a machine that others use as well; nobody waits for longer than it takes.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    // Half of what they do is waiting; vitest's own choice on two cores is one.
    maxWorkers: 2,
    // Its files import one another as only bundlers resolve them.
    server: { deps: { inline: ['payload-oauth2'] } },
    sequence: { sequencer: FaultsFirst },
    env: { PAYLOAD_FORCE_DRIZZLE_PUSH: 'true' },
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          // Payload takes a second to load: each worker loads it once.
          isolate: false,
          setupFiles: ['test/support/freshProcess.ts', 'test/support/fewRounds.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/app/**', 'test/install/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'app',
          include: ['test/app/**/*.test.ts'],
          globalSetup: ['test/support/appSetup.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'install',
          include: ['test/install/**/*.test.ts'],
          // After the others: it rebuilds the package, and wants the machine for itself.
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
