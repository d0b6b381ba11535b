import { draftMode } from 'next/headers'
import { redirect } from 'next/navigation'
import { getPayload } from 'payload'

import config from '@/payload.config'

const refused = () => new Response('You are not allowed to preview this page', { status: 403 })

export async function GET(request: Request): Promise<Response> {
  const payload = await getPayload({ config })
  const query = new URL(request.url).searchParams
  const path = query.get('path')
  if (query.get('previewSecret') !== process.env.PREVIEW_SECRET) return refused()
  if (!path?.startsWith('/')) return new Response('Which page?', { status: 404 })

  const draft = await draftMode()
  const { user } = await payload.auth({ headers: request.headers })
  if (!user) {
    draft.disable()
    return refused()
  }
  draft.enable()
  redirect(path)
}
