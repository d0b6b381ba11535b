import type { CollectionSlug, DatabaseAdapter, Payload, PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'

/** The save or deletion of one document, as it reaches the database adapter. */
export interface DocumentWrite {
  readonly payload: Payload
  readonly collection: CollectionSlug
  readonly id: number | string
  /** The data to save, with every locale; absent for a deletion. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
  readonly req?: Partial<PayloadRequest> | undefined
}

/** Runs code around a write. It returns the result of `perform`, which does the write. */
export type AroundWrite = <Result>(
  write: DocumentWrite,
  perform: () => Promise<Result>,
) => Promise<Result>

interface Surrounded {
  readonly names: Set<string>
  readonly own: Pick<DatabaseAdapter, 'updateOne' | 'deleteOne'>
}

const surrounded = memo<object, Surrounded>('surroundedWrites')

/**
 * Runs `around` for every write of a document that is named by its id, once per adapter and `name`.
 * Payload has no hook between the validation and the save, and none for writes outside its
 * operations, so the methods of the adapter are wrapped.
 */
export function aroundWrites(payload: Payload, name: string, around: AroundWrite): void {
  const { db } = payload
  const { updateOne, deleteOne } = db
  const { names, own } = surrounded.get(db) ?? { names: new Set(), own: { updateOne, deleteOne } }
  surrounded.set(db, { names, own })
  if (names.has(name)) return
  names.add(name)

  // It may also be called on an object that inherits from the adapter.
  db.updateOne = function (this: DatabaseAdapter, args) {
    const { collection, data, req } = args
    const id = args.id ?? idIn(args.where)
    const perform = () => updateOne.call(this, args)
    if (id === undefined) return perform()
    return around({ payload, collection, id, data, req }, perform)
  }

  db.deleteOne = function (this: DatabaseAdapter, args) {
    const { collection, req } = args
    const id = idIn(args.where)
    const perform = () => deleteOne.call(this, args)
    if (id === undefined) return perform()
    return around({ payload, collection, id, req }, perform)
  }
}

/** The adapter for writes that run without `around`. */
export const withoutAround = (db: DatabaseAdapter): DatabaseAdapter =>
  Object.assign(Object.create(db), surrounded.get(db)?.own)

function idIn(where: object | undefined): number | string | undefined {
  const { id } = (where ?? {}) as { id?: { equals?: unknown } }
  const equals = id?.equals
  return typeof equals === 'number' || typeof equals === 'string' ? equals : undefined
}
