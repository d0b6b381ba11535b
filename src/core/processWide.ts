import type { SharedRuntime } from './sharedRuntime.js'

interface ProcessWide {
  /** By Payload instance. */
  readonly runtimes: WeakMap<object, SharedRuntime>
  /** The runtimes that are not closed. */
  readonly running: Set<SharedRuntime>
  /** State that the plugin keeps per object, under names of the plugin. */
  readonly memos: Map<string, WeakMap<object, unknown>>
}

const KEY = Symbol.for('payload-jwt-revocation/1')

/**
 * The state of this process. Module scope is not enough, because a Next.js app evaluates the same
 * module in several bundles.
 */
export function processWide(): ProcessWide {
  const global = globalThis as { [KEY]?: ProcessWide }
  global[KEY] ??= { runtimes: new WeakMap(), running: new Set(), memos: new Map() }
  return global[KEY]
}

/** A process-wide memo about objects. All bundles that use the same name share it. */
export function memo<Key extends object, Value>(name: string): WeakMap<Key, Value> {
  const { memos } = processWide()
  const found = memos.get(name) ?? new WeakMap<object, unknown>()
  memos.set(name, found)
  return found as WeakMap<Key, Value>
}
