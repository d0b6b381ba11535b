import { fileURLToPath } from 'node:url'
import { startChild } from './children.js'

/** A program of `bench/children` in its own process. It answers one message at a time. */
export interface Worker<Command extends object, Reply> {
  readonly pid: number
  ask(command: Command): Promise<Reply>
  stop(): Promise<void>
}

export function startWorker<Command extends object, Reply>(name: string): Worker<Command, Reply> {
  const program = fileURLToPath(new URL(`../children/${name}.ts`, import.meta.url))
  const child = startChild(process.execPath, ['--import', 'tsx', program], { hasChannel: true })
  return {
    pid: child.pid,
    ask: async (command) => (await child.ask(command)) as Reply,
    stop: child.stop,
  }
}

/** What a new one answers to its only question. */
export async function askNewWorker<Command extends object, Reply>(
  name: string,
  command: Command,
): Promise<Reply> {
  const worker = startWorker<Command, Reply>(name)
  try {
    return await worker.ask(command)
  } finally {
    await worker.stop()
  }
}

/** The child's side: answers each message, and ends with its parent. */
export function answerMessages<Command extends object>(
  answer: (command: Command) => Promise<object>,
) {
  process.on('message', (command: Command) => {
    answer(command).then(
      (reply) => process.send?.(reply),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
  process.once('disconnect', () => process.exit())
}
