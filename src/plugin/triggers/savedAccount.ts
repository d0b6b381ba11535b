import {
  type CollectionAfterChangeHook,
  type CollectionBeforeChangeHook,
  type CollectionSlug,
  deepCopyObjectSimple,
  type JsonObject,
  type PayloadRequest,
  type SanitizedCollectionConfig,
  type TypeWithID,
} from 'payload'
import type { DocumentWrite } from '../database/aroundWrites.js'
import { preferPrimary, primaryOf } from '../database/primaryOf.js'
import { runtimeOf } from '../runtime/runtimeOf.js'

/**
 * The parts of an account that decide whether its sessions go on. They are read from the database
 * without hooks. Hooks only get what the caller selected and may read, or a draft.
 */
interface SavedAccount {
  readonly hash?: string | null
  readonly deletedAt?: string | null
  readonly _verified?: boolean | null
  readonly updatedAt?: string | null
}

export interface AccountUpdate {
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
 * The key in the context of the request. Payload copies the context at every nested operation, so
 * its identity cannot be used.
 */
const KEPT = 'jwtRevocation.savedAccounts'
/** The same for what the adapter returned. */
const SAVED = 'jwtRevocation.returnedAccounts'

const hasDrafts = ({ versions }: SanitizedCollectionConfig) => Boolean(versions?.drafts)

/**
 * Remembers the account before an update. If the collection has drafts, the account is read,
 * because then the previous document that Payload passes to its hooks is the latest draft, which
 * nobody logged in with.
 */
export const keepSavedAccount: CollectionBeforeChangeHook = async ({
  collection,
  operation,
  originalDoc,
  req,
}) => {
  if (operation !== 'update' || !originalDoc) return
  const { id } = originalDoc
  const account = hasDrafts(collection)
    ? await readAccount(collection, id, req)
    : decidingPartOf(originalDoc)
  if (!account) return
  const { revokeWhen } = runtimeOf(req.payload).settings
  const isRead = revokeWhen && hasDrafts(collection)
  const doc = isRead ? await readDoc(collection, id, req) : originalDoc
  keptIn(req).set(keyOf(collection.slug, id), { account, doc })
}

/** The change that is about to be saved; `undefined` when the write is not part of an update. */
export function changeToSave({
  payload,
  collection,
  id,
  data,
  req,
}: DocumentWrite): AccountUpdate | undefined {
  const kept = req?.context && keptIn({ context: req.context }).get(keyOf(collection, id))
  const config = payload.collections[collection]?.config
  if (!kept || !data || !config) return undefined
  return {
    before: kept.account,
    after: { ...kept.account, ...decidingPartOf(data) },
    async docs() {
      // Reading the document changes the data, so it gets a copy.
      const whole = deepCopyObjectSimple({ ...data, id })
      const doc = await readDoc(config, id, req as PayloadRequest, whole)
      return doc && { doc, previousDoc: kept.doc ?? {} }
    },
  }
}

/** Keeps what the adapter returned of the account that it saved, for {@link savedChange}. */
export function keepSaved({ payload, collection, id, req }: DocumentWrite, result: unknown): void {
  const config = payload.collections[collection]?.config
  const saved = (result ?? {}) as Readonly<Record<string, unknown>>
  if (!req?.context || !config || decidingIn(config).some((name) => saved[name] === undefined))
    return
  savedIn({ context: req.context }).set(keyOf(collection, id), decidingPartOf(saved))
}

/** The change as it was saved; `undefined` for a draft, which does not change the account. */
export async function savedChange({
  collection,
  doc: { id },
  previousDoc = {},
  req,
}: Parameters<CollectionAfterChangeHook>[0]): Promise<AccountUpdate | undefined> {
  const key = keyOf(collection.slug, id)
  const after = savedIn(req).get(key) ?? (await readAccount(collection, id, req))
  savedIn(req).delete(key)
  if (!after) return undefined
  const kept = takeKept(req, key)
  const before = kept?.account ?? decidingPartOf(previousDoc)
  const isDraft = hasDrafts(collection) && after.updatedAt && after.updatedAt === before.updatedAt
  if (kept && isDraft) return undefined
  return {
    before,
    after,
    async docs() {
      const doc = await readDoc(collection, id, req)
      return doc && { doc, previousDoc: kept?.doc ?? previousDoc }
    },
  }
}

function savedIn({ context }: Pick<PayloadRequest, 'context'>): Map<string, SavedAccount> {
  const known = context[SAVED]
  const accounts = known instanceof Map ? known : new Map()
  context[SAVED] = accounts
  return accounts
}

function keptIn({ context }: Pick<PayloadRequest, 'context'>): Map<string, Kept> {
  const known = context[KEPT]
  const accounts = known instanceof Map ? known : new Map()
  context[KEPT] = accounts
  return accounts
}

/** What hooks of the application save after this is not part of the change. */
function takeKept(req: PayloadRequest, key: string): Kept | undefined {
  const kept = keptIn(req).get(key)
  keptIn(req).delete(key)
  return kept
}

const keyOf = (collection: string, id: number | string) => `${collection}:${id}`

const DECIDING = ['hash', 'deletedAt', '_verified', 'updatedAt'] as const

const decidingPartOf = (doc: Readonly<Record<string, unknown>>): SavedAccount =>
  Object.fromEntries(DECIDING.filter((name) => name in doc).map((name) => [name, doc[name]]))

const decidingIn = ({ flattenedFields }: SanitizedCollectionConfig) =>
  DECIDING.filter((each) => flattenedFields.some(({ name }) => name === each))

function readAccount(
  config: SanitizedCollectionConfig,
  id: number | string,
  req: PayloadRequest,
): Promise<(SavedAccount & TypeWithID) | null> {
  return primaryOf(req.payload.db).findOne<SavedAccount & TypeWithID>({
    collection: config.slug as CollectionSlug,
    where: { id: { equals: id } },
    select: Object.fromEntries(decidingIn(config).map((name) => [name, true])),
    req,
  })
}

/** The whole document at depth 0; made from `data` if it is about to be saved. */
async function readDoc(
  { slug }: SanitizedCollectionConfig,
  id: number | string,
  req: PayloadRequest,
  data?: Record<string, unknown>,
): Promise<JsonObject | undefined> {
  preferPrimary(req.payload.db)
  const doc = await req.payload.findByID({
    collection: slug as CollectionSlug,
    id,
    ...{ depth: 0, draft: false, trash: true, disableErrors: true },
    ...{ overrideAccess: true, showHiddenFields: true },
    ...(data && { data }),
    req,
  })
  return doc ?? undefined
}
