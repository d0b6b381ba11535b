import { REST_GET, REST_POST } from '@payloadcms/next/routes'
import { jwtRevocation } from 'payload-jwt-revocation'
import { fromEnvironment } from '../../../environment.js'
import { payloadConfig } from '../../../payloadConfig.js'
import { SERVICE } from '../../../service.js'

const config = payloadConfig({
  ...fromEnvironment(),
  plugin: jwtRevocation({ services: [SERVICE] }),
})

export const GET = REST_GET(config)
export const POST = REST_POST(config)
