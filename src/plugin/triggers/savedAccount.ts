import type {
  CollectionAfterChangeHook,
  CollectionBeforeChangeHook,
  CollectionSlug,
  JsonObject,
  PayloadRequest,
  SanitizedCollectionConfig,
  TypeWithID,
} from 'payload'
import type { Settings } from '../config/settings.js'
import { preferPrimary, primaryOf } from '../database/primaryOf.js'

/**
 * What of an account decides whether its sessions go on, read from the database past every hook.
 * What hooks are handed is no more than the caller selected and may read, or a draft.
 */
interface SavedAccount {
  readonly hash?: string | null
  readonly deletedAt?: string | null
  readonly _verified?: boolean | null
  readonly updatedAt?: string | null
}

export interface SavedChange {
  readonly before: SavedAccount
  readonly after: SavedAccount
  /** The whole documents, for the application's own rule. */
  docs(): Promise<{ doc: JsonObject; previousDoc: JsonObject } | undefined>
}

interface Kept {
  readonly account: SavedAccount
  readonly doc: JsonObject | undefined
}

/**
 * By name in the context of the request: Payload makes a copy of it at every nested operation, so
 * its identity tells nothing.
 */
const KEPT = 'jwtRevocation.savedAccounts'

const hasDrafts = ({ versions }: SanitizedCollectionConfig) => Boolean(versions?.drafts)

/**
 * Keeps the saved account before an update where there are drafts: the document that Payload
 * shows its hooks as the previous one is then the latest draft, which nobody logged in by.
 */
export const keepSavedAccount =
  ({ revokeWhen }: Pick<Settings, 'revokeWhen'>): CollectionBeforeChangeHook =>
  async ({ collection, operation, originalDoc, req }) => {
    if (operation !== 'update' || !hasDrafts(collection)) return
    const id = originalDoc?.id
    const account = await readAccount(collection, id, req)
    if (!account) return
    const doc = revokeWhen && (await readDoc(collection, id, req))
    keptIn(req).set(`${collection.slug}:${id}`, { account, doc })
  }

/** The change as it was saved; `undefined` when none was: a draft changes no account. */
export async function savedChange({
  collection,
  doc: { id },
  previousDoc = {},
  req,
}: Parameters<CollectionAfterChangeHook>[0]): Promise<SavedChange | undefined> {
  const after = await readAccount(collection, id, req)
  if (!after) return undefined
  const kept = hasDrafts(collection) ? keptIn(req).get(`${collection.slug}:${id}`) : undefined
  const before: SavedAccount = kept?.account ?? previousDoc
  if (kept && after.updatedAt && after.updatedAt === before.updatedAt) return undefined
  return {
    before,
    after,
    async docs() {
      const doc = await readDoc(collection, id, req)
      return doc && { doc, previousDoc: kept?.doc ?? previousDoc }
    },
  }
}

function keptIn({ context }: PayloadRequest): Map<string, Kept> {
  const known = context[KEPT]
  const accounts = known instanceof Map ? known : new Map()
  context[KEPT] = accounts
  return accounts
}

const DECIDING = ['hash', 'deletedAt', '_verified', 'updatedAt'] as const

function readAccount(
  { flattenedFields, slug }: SanitizedCollectionConfig,
  id: number | string,
  req: PayloadRequest,
): Promise<(SavedAccount & TypeWithID) | null> {
  const names = DECIDING.filter((each) => flattenedFields.some(({ name }) => name === each))
  return primaryOf(req.payload.db).findOne<SavedAccount & TypeWithID>({
    collection: slug as CollectionSlug,
    where: { id: { equals: id } },
    select: Object.fromEntries(names.map((name) => [name, true])),
    req,
  })
}

async function readDoc(
  { slug }: SanitizedCollectionConfig,
  id: number | string,
  req: PayloadRequest,
): Promise<JsonObject | undefined> {
  preferPrimary(req.payload.db)
  const doc = await req.payload.findByID({
    collection: slug as CollectionSlug,
    id,
    ...{ depth: 0, draft: false, trash: true, disableErrors: true },
    ...{ overrideAccess: true, showHiddenFields: true },
    req,
  })
  return doc ?? undefined
}
