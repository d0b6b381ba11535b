import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import everyday, { IN_ONE_PROCESS } from '../../vitest.config.js'
import { CELLS, type Cell } from './cells.js'
import { fromRegistry } from './fromRegistry.js'

declare module 'vitest' {
  interface ProvidedContext {
    cell: Cell
  }
  interface TaskMeta {
    /** What a test saw of the versions that it runs on. */
    versions?: Record<string, string>
  }
}

const isOfRedis = ({ platform }: Cell) => platform === 'Redis' || platform === 'Valkey'

/** A project for each cell. */
export default defineConfig({
  test: {
    ...everyday.test,
    projects: await Promise.all(
      CELLS.map(async (cell): Promise<TestProjectInlineConfiguration> => {
        const { name, packages, platform } = cell
        return {
          extends: true,
          ...(packages.ioredis &&
            isOfRedis(cell) && {
              resolve: { alias: await aliasOf('ioredis', packages.ioredis) },
            }),
          test: {
            ...(isOfRedis(cell) && IN_ONE_PROCESS),
            name,
            include: cell.tests.map((test) => (test.endsWith('.ts') ? test : `${test}/*.test.ts`)),
            provide: { cell },
            env: { TEST_REDIS_SERVER: platform === 'Valkey' ? 'valkey-server' : 'redis-server' },
            globalSetup: ['test/support/packageSetup.ts'],
          },
        }
      }),
    ),
  },
})

/** The package and the files in it come from the registry, at this version. */
async function aliasOf(name: string, version: string) {
  return [{ find: new RegExp(`^${name}(?=/|$)`), replacement: await fromRegistry(name, version) }]
}
