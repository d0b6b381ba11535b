import config from '@payload-config'
import { REST_GET } from '@payloadcms/next/routes'

const params = Promise.resolve({ slug: ['revocation', 'oauth', 'metadata'] })
export const GET = (request: Request) => REST_GET(config)(request, { params })
