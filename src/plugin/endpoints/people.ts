import type { CollectionSlug, PayloadRequest, SanitizedCollectionConfig, Where } from 'payload'
import { userOf } from '../../core/token.js'
import type { PersonDoc } from '../../wire/personDoc.js'
import type { Runtime } from '../runtime/runtime.js'

type Asker = { readonly req: PayloadRequest; readonly runtime: Runtime }
type User = Pick<PersonDoc, 'collection' | 'id'>
type Named = User & Pick<PersonDoc, 'device' | 'subject'>
type Known = Pick<PersonDoc, 'createdAt' | 'isDeleted' | 'title'>

/** Who is meant by these subjects. A session that nobody recorded is left out. */
export async function peopleBehind(
  subjects: readonly string[],
  asker: Asker,
): Promise<readonly PersonDoc[]> {
  const named = [
    ...subjects.flatMap((subject) => {
      const user = userOf(subject)
      return user ? [{ subject, ...user, device: null }] : []
    }),
    ...(await usersOfSessions(subjects, asker)),
  ]
  const slugs = [...new Set(named.map(({ collection }) => collection))]
  const known = new Map<string, ReadonlyMap<string, Known>>()
  for (const slug of slugs) {
    const ids = named.flatMap(({ collection, id }) => (collection === slug ? [id] : []))
    known.set(slug, await usersById(slug, [...new Set(ids)], asker))
  }
  return named.map((each) => ({ ...each, ...(known.get(each.collection)?.get(each.id) ?? HIDDEN) }))
}

const HIDDEN: Known = { createdAt: null, isDeleted: false, title: null }

async function usersOfSessions(
  subjects: readonly string[],
  { runtime }: Asker,
): Promise<readonly Named[]> {
  const ids = subjects.flatMap((each) => (each.startsWith('sid:') ? [each.slice(4)] : []))
  if (ids.length === 0) return []
  const records = await runtime.sessions?.find({ id: { in: ids } })
  return (records ?? []).map(({ id, device, name, userCollection, userId }) => ({
    subject: `sid:${id}`,
    collection: userCollection,
    id: userId,
    device: name || device || null,
  }))
}

/** In one query of what the asker may read, and a second for who is missing in it. */
async function usersById(
  slug: string,
  ids: readonly string[],
  asker: Asker,
): Promise<ReadonlyMap<string, Known>> {
  const { payload } = asker.req
  const collection = Object.hasOwn(payload.collections, slug) && payload.collections[slug]
  if (!collection) return new Map()
  const { config, customIDType } = collection
  const isNumber = (customIDType ?? payload.db.defaultIDType) === 'number'
  const wanted = isNumber ? ids.filter((id) => /^\d{1,15}$/.test(id)).map(Number) : ids
  const readable = await readableUsers(config, { id: { in: wanted } }, asker)
  const missing = wanted.filter((id) => !readable.has(String(id)))
  const there = missing.length > 0 ? await idsOf(config, { id: { in: missing } }, asker) : new Set()
  const rest = missing.map((id) => [String(id), { ...HIDDEN, isDeleted: !there.has(String(id)) }])
  return new Map([...readable, ...(rest as [string, Known][])])
}

async function readableUsers(config: SanitizedCollectionConfig, where: Where, { req }: Asker) {
  const titles = [config.admin.useAsTitle, 'email', 'username'].filter((name) =>
    config.flattenedFields.some((field) => field.name === name),
  )
  try {
    const { docs } = await req.payload.find({
      collection: config.slug as CollectionSlug,
      where,
      req,
      user: req.user,
      overrideAccess: false,
      depth: 0,
      limit: 0,
      pagination: false,
      select: Object.fromEntries([...titles, 'createdAt'].map((name) => [name, true])),
    })
    return new Map(
      docs.map((doc) => {
        const values = doc as unknown as Record<string, unknown>
        const title = titles.map((name) => values[String(name)]).find(isTitle)
        const createdAt = typeof values.createdAt === 'string' ? values.createdAt : null
        return [String(doc.id), { createdAt, isDeleted: false, title: title ?? null } as Known]
      }),
    )
  } catch (error) {
    if ((error as { status?: number }).status === 403) return new Map<string, Known>()
    throw error
  }
}

const isTitle = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Past access control: nothing but that they exist. Who is in the trash does not. */
async function idsOf(config: SanitizedCollectionConfig, where: Where, { req }: Asker) {
  const isKept: Where[] = config.trash ? [{ deletedAt: { exists: false } }] : []
  const { docs } = await req.payload.db.find<{ id: number | string }>({
    collection: config.slug,
    where: { and: [where, ...isKept] },
    limit: 0,
    pagination: false,
    select: { id: true },
  } as never)
  return new Set(docs.map(({ id }) => String(id)))
}
