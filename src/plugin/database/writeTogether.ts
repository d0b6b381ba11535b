interface Request<Item> {
  readonly items: readonly Item[]
  resolve(): void
  reject(error: unknown): void
}

/** So many items go into one write; a single request may hand in more. */
const MOST = 200

/**
 * Gathers what is asked for in the same turn, or while the last write is under way, into one
 * write: under load a commit is shared by many. Each request is told how it went for its own: when
 * a joint write fails its requests are tried one by one, and given up after two failures in a row.
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
    // Whoever asks in this turn comes along.
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
