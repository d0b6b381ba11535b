import { defineConfig } from 'vitest/config'
import { isQuick } from './test/support/isQuick.js'
import { LongestFirst } from './test/support/longestFirst.js'
import './test/support/runFolder.js'

/** Tests that start an app, a build or many processes have projects of their own. */
const OF_OTHERS = [
  'test/app/**',
  'test/faults/**',
  'test/install/**',
  'test/matrix/**',
  'test/payload4/**',
]

/** A primary and its replica: in a process of their own. */
const ALONE = ['test/plugin/database/readReplicas.test.ts']

/** Tests that wait: for processes, for time limits, for Redis' own clock. `test:quick` leaves them out. */
const LONG = [
  'test/plugin/command/command.test.ts',
  'test/plugin/gate/wrongClock.test.ts',
  'test/plugin/storage/lateRows.test.ts',
  'test/plugin/triggers/intentFirst/{failedWrites,killedProcess}.test.ts',
  'test/redis/{evictionWatch,heartbeat,loss,outage,reading,resting,timeLimits,topologies}.test.ts',
]

/** Tests of MongoDB alone. `test:quick` leaves that database out. */
const ONLY_MONGO = isQuick ? ['test/**/*{m,M}ongo*.test.ts'] : []

/** What takes too long for every `npm test`: `npm run test:more`. */
const MORE = 'test/**/*.more.test.ts'

/** What can differ where MongoDB has transactions: `npm run test:more`. */
const TRANSACTIONAL = [
  'test/contract/mongoLedger.test.ts',
  'test/plugin/database/{mongoCompatibility,prepareMongo}.test.ts',
  'test/plugin/endpoints/logoutEndpoint.test.ts',
  'test/plugin/security/loginOverSession.test.ts',
  'test/plugin/sessions/{accountLock,makeRoom,recordSession}.test.ts',
  'test/plugin/storage/{forgetUsers,purge,recordedByHour,sessionActivity}.test.ts',
  'test/plugin/tokens/{issueToken,lostAnswer,reuse,rotation,underWay}.test.ts',
  'test/plugin/triggers/{accountChange,password,savedAccount}.test.ts',
  'test/plugin/triggers/intentFirst/{failedWrites,killedProcess}.test.ts',
]

/** Payload takes a second to load: each worker loads it once. */
export const IN_ONE_PROCESS = {
  isolate: false,
  setupFiles: ['test/support/freshProcess.ts', 'test/support/fewRounds.ts'],
}

export default defineConfig({
  test: {
    // Limits for a machine that others use as well; nobody waits for longer than it takes.
    testTimeout: 300_000,
    hookTimeout: 1_800_000,
    expect: { poll: { timeout: 120_000, interval: 20 } },
    // More than half of what they do is waiting; vitest's own choice on two cores is one.
    maxWorkers: 3,
    // Its files import one another as only bundlers resolve them.
    server: { deps: { inline: ['payload-oauth2'] } },
    experimental: { fsModuleCache: true },
    sequence: { sequencer: LongestFirst },
    env: { PAYLOAD_FORCE_DRIZZLE_PUSH: 'true' },
    projects: [
      {
        extends: true,
        test: {
          ...IN_ONE_PROCESS,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...OF_OTHERS, ...ALONE, ...LONG, ...ONLY_MONGO, MORE],
        },
      },
      {
        extends: true,
        test: { ...IN_ONE_PROCESS, name: 'long', include: LONG },
      },
      {
        extends: true,
        test: { name: 'alone', setupFiles: ['test/support/fewRounds.ts'], include: ALONE },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          exclude: [MORE],
          globalSetup: ['test/support/packageSetup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'app',
          include: ['test/app/**/*.test.ts'],
          globalSetup: ['test/support/appSetup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'install',
          include: ['test/install/**/*.test.ts'],
          exclude: [MORE],
          globalSetup: ['test/support/packageSetup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'more',
          include: [MORE],
          globalSetup: ['test/support/packageSetup.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...IN_ONE_PROCESS,
          name: 'more:mongo',
          include: TRANSACTIONAL,
          env: { TESTS_ONLY_ON: 'MongoDB with transactions' },
        },
      },
    ],
  },
})
