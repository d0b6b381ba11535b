import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RedisServer, startRedis } from '../support/redisServer.js'

/** The Redis of the system under test, and the faults that it can have. */
export interface Store {
  readonly url: string
  readonly client: RedisServer['client']
  kill(): Promise<void>
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Starts again on the same port, with the content of the last snapshot. */
  restart(): Promise<void>
  /** Saves a snapshot of the current content for the next start. */
  snapshot(): Promise<void>
  forgetSnapshot(): void
  stop(): Promise<void>
}

const watcher = fileURLToPath(new URL('./children/killOrphan.mjs', import.meta.url))

export async function startStore(): Promise<Store> {
  const redis = await startRedis()
  const watch = spawn(process.execPath, [watcher], { stdio: ['pipe', 'ignore', 'inherit'] })
  const watchPid = (pid: number) => watch.stdin.write(`${pid}\n`)
  watchPid(redis.pid)
  const [, folder = ''] = (await redis.client.config('GET', 'dir')) as string[]
  const dump = path.join(folder, 'dump.rdb')

  return {
    url: redis.url,
    client: redis.client,
    kill: () => redis.kill('SIGKILL'),
    freeze: () => redis.kill('SIGSTOP'),
    thaw: () => redis.kill('SIGCONT'),
    async restart() {
      await redis.restart()
      watchPid(redis.pid)
    },
    async snapshot() {
      await redis.client.save()
    },
    forgetSnapshot: () => rmSync(dump, { force: true }),
    async stop() {
      watchPid(0)
      watch.stdin.end()
      await redis.stop()
    },
  }
}
