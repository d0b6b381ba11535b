import { headers } from 'next/headers'
import { createLocalReq, getPayload } from 'payload'

import config from '@/payload.config'
import { seed } from '@/seed'

export const maxDuration = 60

export async function POST(): Promise<Response> {
  const payload = await getPayload({ config })
  const { user } = await payload.auth({ headers: await headers() })
  if (!user) return new Response('Action forbidden.', { status: 403 })
  try {
    await seed(payload, await createLocalReq({ user }, payload))
    return Response.json({ success: true })
  } catch (err) {
    payload.logger.error({ err, message: 'Error seeding data' })
    return new Response('Error seeding data.', { status: 500 })
  }
}
