interface Request<Item> {
  readonly items: readonly Item[]
  resolve(): void
  reject(error: unknown): void
}

/** At most this many items go into one write, unless a single request has more. */
const MOST = 200

/**
 * Combines requests into one write if they come in the same turn or while the last write is
 * running. Under load many requests share a commit. Each request gets its own result: when a
 * combined write fails, its requests are tried one by one, and after two failures in a row the rest
 * are given up.
 */
export function writeTogether<Item>(
  write: (items: readonly Item[]) => Promise<void>,
): (items: readonly Item[]) => Promise<void> {
  let waiting: Request<Item>[] = []
  let isWriting = false

  const take = (): Request<Item>[] => {
    let count = 0
    const end = waiting.findIndex(({ items }) => {
      count += items.length
      return count > MOST
    })
    const taken = waiting.slice(0, end < 0 ? waiting.length : Math.max(1, end))
    waiting = waiting.slice(taken.length)
    return taken
  }

  const writeAll = async () => {
    isWriting = true
    // Requests of the same turn join this write.
    await Promise.resolve()
    while (waiting.length > 0) {
      const requests = take()
      try {
        await write(requests.flatMap(({ items }) => items))
        for (const { resolve } of requests) resolve()
      } catch (error) {
        if (requests.length > 1) await writeOneByOne(requests, write)
        else requests[0]?.reject(error)
      }
    }
    isWriting = false
  }

  return (items) =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject })
      if (!isWriting) void writeAll()
    })
}

async function writeOneByOne<Item>(
  requests: readonly Request<Item>[],
  write: (items: readonly Item[]) => Promise<void>,
) {
  const failures: unknown[] = []
  for (const { items, resolve, reject } of requests) {
    if (failures.length >= 2) {
      reject(failures[0])
      continue
    }
    try {
      await write(items)
      failures.length = 0
      resolve()
    } catch (error) {
      failures.push(error)
      reject(error)
    }
  }
}
