import { handleEndpoints } from 'payload'
import { STATELESS_KEY } from '../../../../../stateless/getStateless.ts'
import config from '../../../../../stateless/payload.config.ts'

/** As `REST_GET` and its like of `@payloadcms/next`, which know one Payload instance only. */
const handle = (request: Request) =>
  handleEndpoints({ config, request, payloadInstanceCacheKey: STATELESS_KEY })

export { handle as GET, handle as POST }
