import type { SharedRuntime } from './sharedRuntime.js'

interface ProcessWide {
  /** By Payload instance. */
  readonly runtimes: WeakMap<object, SharedRuntime>
  /** Those that are not closed. */
  readonly running: Set<SharedRuntime>
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
  global[KEY] ??= { runtimes: new WeakMap(), running: new Set(), memos: new Map() }
  return global[KEY]
}

/** A process-wide memo about objects, by name: all bundles that name it share it. */
export function memo<Key extends object, Value>(name: string): WeakMap<Key, Value> {
  const { memos } = processWide()
  const found = memos.get(name) ?? new WeakMap<object, unknown>()
  memos.set(name, found)
  return found as WeakMap<Key, Value>
}
