import type { Denylist } from './denylist.js'
import type { TokenLocation } from './extractToken.js'
import type { Refusal } from './refusal.js'

/** What one Payload instance's plugin shares with every bundle and guard of its process. */
export interface Runtime {
  readonly denylist: Denylist
  readonly location: TokenLocation
  /** The `Set-Cookie` that takes a stale token of this collection's user out of the browser. */
  expiredCookie(collection: string): string
  /** Told by whoever refuses a request; it waits for nothing. Absent where nobody listens. */
  noteRefusal?(refusal: Refusal, request: RefusedRequestLike): void
  /**
   * Told by a guard of a request that it refuses and that Payload will not see: it may be a
   * rotated token that came back to be refreshed. Never rejects.
   */
  detectReuse?(refusal: Refusal, request: Request): Promise<void>
}

/** What is looked at of a refused request. */
export interface RefusedRequestLike {
  readonly headers: Headers
  /** Without the query. */
  readonly path?: string | undefined
}

interface ProcessWide {
  /** By Payload instance. */
  readonly runtimes: WeakMap<object, Runtime>
  /** Those that are not closed. */
  readonly live: Set<Runtime>
  /** State that the plugin keeps by object, under names of its own. */
  readonly memos: Map<string, WeakMap<object, unknown>>
}

const KEY = Symbol.for('payload-jwt-revocation/1')

/**
 * The state of this process. A Next.js app evaluates the same module in several bundles, so
 * module scope is not enough.
 */
export function processWide(): ProcessWide {
  const global = globalThis as { [KEY]?: ProcessWide }
  global[KEY] ??= { runtimes: new WeakMap(), live: new Set(), memos: new Map() }
  return global[KEY]
}

/** A process-wide note about objects, by name: all bundles that name it share it. */
export function memo<Key extends object, Value>(name: string): WeakMap<Key, Value> {
  const { memos } = processWide()
  const found = memos.get(name) ?? new WeakMap<object, unknown>()
  memos.set(name, found)
  return found as WeakMap<Key, Value>
}
