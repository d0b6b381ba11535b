import { type AppProcess, type AppProcessOptions, startAppProcess } from '../support/appProcess.js'
import type { RequestOptions } from '../support/createApp.js'

export interface FunctionInstance extends Pick<AppProcess, 'child' | 'request'> {
  /** Stays awake until the returned promise settles, as while it answers. */
  stayAwake<Result>(work: () => Promise<Result>): Promise<Result>
  stop(): Promise<void>
}

/**
 * Another process with the app, as a platform for functions runs it: frozen whenever it answers no
 * request. A frozen process runs no timer and reads nothing from its connections, but keeps them.
 */
export async function startFunction(options: AppProcessOptions): Promise<FunctionInstance> {
  const { child, request } = await startAppProcess(options)
  let answering = 0
  const stayAwake = async <Result>(work: () => Promise<Result>) => {
    answering += 1
    if (answering === 1) await child.kill('SIGCONT')
    try {
      return await work()
    } finally {
      answering -= 1
      if (answering === 0) await child.kill('SIGSTOP')
    }
  }
  await child.kill('SIGSTOP')
  return {
    child,
    stayAwake,
    request: (path, init) => stayAwake(() => request(path, init)),
    stop: () => child.kill('SIGKILL'),
  }
}

/**
 * Gives each request to an instance that answers no other, as AWS Lambda does. A request waits if
 * all are busy.
 */
export function shareOut(instances: readonly FunctionInstance[]) {
  const idle = [...instances]
  const waiting: ((instance: FunctionInstance) => void)[] = []
  const next = () => {
    const instance = idle.shift()
    return instance ?? new Promise<FunctionInstance>((resolve) => waiting.push(resolve))
  }
  return {
    async request(path: string, init?: RequestOptions): Promise<Response> {
      const instance = await next()
      try {
        return await instance.request(path, init)
      } finally {
        const waiter = waiting.shift()
        if (waiter) waiter(instance)
        else idle.push(instance)
      }
    },
  }
}
