import type { Payload } from 'payload'
import { READER } from './openPayload.js'

/**
 * What Payload's JWT strategy does after it verified the signature, to find out whether a token is
 * still valid: it reads the user and looks for the session in the user's list.
 */
export async function payloadSessionCheck(payload: Payload): Promise<() => Promise<void>> {
  const { token } = await payload.login({ collection: 'users', data: READER })
  const claims = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString())
  const { id, sid } = claims as { id: number; sid: string }
  return async () => {
    const user = await payload.findByID({
      id,
      collection: 'users',
      depth: 0,
      overrideAccess: true,
    })
    const sessions: { id: string }[] = user.sessions ?? []
    if (!sessions.some((session) => session.id === sid)) throw new Error('no session')
  }
}
