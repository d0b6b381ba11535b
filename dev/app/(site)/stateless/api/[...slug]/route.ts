import { handleEndpoints } from 'payload'
import { STATELESS_KEY } from '../../../../../stateless/getStateless.ts'
import config from '../../../../../stateless/payload.config.ts'

/**
 * Like `REST_GET` and the others of `@payloadcms/next`, which support only one Payload instance.
 */
const handle = (request: Request) =>
  handleEndpoints({ config, request, payloadInstanceCacheKey: STATELESS_KEY })

export { handle as GET, handle as POST }
