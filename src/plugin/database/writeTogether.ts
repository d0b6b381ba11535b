interface Request<Item, Result> {
  readonly items: readonly Item[]
  resolve(result: Result): void
  reject(error: unknown): void
}

export interface WriteTogetherOptions {
  /** So many writes run at once. Default 1. */
  atOnce?: number
  /**
   * A write that takes longer than this (ms) hangs, and does not count as one that runs. So it does
   * not delay the requests behind it. Default: never.
   */
  patienceMs?: number
}

/** At most this many items go into one write, unless a single request has more. */
const MOST = 200

/**
 * Combines requests into one write if they come in the same turn or while earlier writes are
 * running. Under load many requests share a commit. Each request gets its own result: when a
 * combined write fails, its requests are tried one by one. After two failures in a row that come from
 * the database, and not from what was to be written, the rest are given up.
 */
export function writeTogether<Item, Result = void>(
  write: (items: readonly Item[]) => Promise<Result>,
  options: WriteTogetherOptions = {},
): (items: readonly Item[]) => Promise<Result> {
  const { atOnce = 1, patienceMs } = options
  let waiting: Request<Item, Result>[] = []
  let running = 0

  const take = (): Request<Item, Result>[] => {
    let count = 0
    const end = waiting.findIndex(({ items }) => {
      count += items.length
      return count > MOST
    })
    const taken = waiting.slice(0, end < 0 ? waiting.length : Math.max(1, end))
    waiting = waiting.slice(taken.length)
    return taken
  }

  const writeOneByOne = async (requests: readonly Request<Item, Result>[]) => {
    const failures: unknown[] = []
    for (const { items, resolve, reject } of requests) {
      if (failures.length >= 2) {
        reject(failures[0])
        continue
      }
      try {
        resolve(await write(items))
        failures.length = 0
      } catch (error) {
        if (!isOwnFault(error)) failures.push(error)
        reject(error)
      }
    }
  }

  const writeWhole = async (requests: readonly Request<Item, Result>[]) => {
    try {
      const result = await write(requests.flatMap(({ items }) => items))
      for (const { resolve } of requests) resolve(result)
    } catch (error) {
      if (requests.length > 1) await writeOneByOne(requests)
      else requests[0]?.reject(error)
    }
  }

  const writeAll = async () => {
    let isHanging = false
    running += 1
    // Requests of the same turn join this write.
    await Promise.resolve()
    while (waiting.length > 0 && !isHanging) {
      const requests = take()
      const timer =
        patienceMs === undefined
          ? undefined
          : setTimeout(() => {
              isHanging = true
              running -= 1
              if (waiting.length > 0) void writeAll()
            }, patienceMs)
      await writeWhole(requests)
      clearTimeout(timer)
    }
    if (!isHanging) running -= 1
  }

  return (items) =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject })
      if (running < atOnce) void writeAll()
    })
}

/** PostgreSQL's error codes for values that it does not take. The driver's error is the last cause. */
function isOwnFault(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause)
    if (/^2[23]\d/.test(String((each as { code?: unknown }).code))) return true
  return false
}
