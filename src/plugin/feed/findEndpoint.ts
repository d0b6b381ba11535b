import type { Endpoint } from 'payload'
import { readText } from '../../core/readText.js'
import type { Subject } from '../../core/revocation.js'
import type { FeedFindAnswer } from '../../wire/feed.js'
import { invalidRequest } from '../services/oauthError.js'
import { forReaders } from './feedAnswer.js'
import { createFeedCall } from './feedCall.js'
import { sendJson } from './sendJson.js'

const MAX_BYTES = 256 * 1024
const MAX_SUBJECTS = 500

/**
 * `POST /api/revocation/feed` with `{ "subjects": ["jti:…", …] }`: what is in force for them now,
 * from the ledger. Readers ask it after a lift, and in strict mode for each token.
 */
export const findEndpoint: Endpoint = createFeedCall({
  method: 'post',
  async answer(req, { ledger }) {
    const found = await ledger.find(subjectsIn(await readText(req.body, { maxBytes: MAX_BYTES })))
    return sendJson(req, {
      version: 1,
      revocations: found.map(forReaders),
    } satisfies FeedFindAnswer)
  },
})

function subjectsIn(text = ''): readonly Subject[] {
  const subjects: unknown = parsed(text)?.subjects
  const isList = Array.isArray(subjects) && subjects.length <= MAX_SUBJECTS
  if (isList && subjects.every(isSubject)) return subjects
  throw invalidRequest(
    `The body must be { "subjects": [ … ] } with up to ${MAX_SUBJECTS} subjects.`,
  )
}

function parsed(text: string): { subjects?: unknown } | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isSubject = (value: unknown): value is Subject =>
  typeof value === 'string' && /^(?:everyone$|jti:|sid:|user:[^:]+:)/.test(value)
