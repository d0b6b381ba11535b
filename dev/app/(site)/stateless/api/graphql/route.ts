import { configToSchema } from '@payloadcms/graphql'
import { graphql } from 'graphql'
import { createPayloadRequest } from 'payload'
import { STATELESS_KEY } from '../../../../../stateless/getStateless.ts'
import config from '../../../../../stateless/payload.config.ts'

const schema = config.then((sanitized) => configToSchema(sanitized).schema)

/** Like `GRAPHQL_POST` of `@payloadcms/next`, which supports only one Payload instance. */
export async function POST(request: Request): Promise<Response> {
  const { query } = (await request.clone().json()) as { query: string }
  const req = await createPayloadRequest({
    config,
    request,
    payloadInstanceCacheKey: STATELESS_KEY,
    canSetHeaders: true,
  })
  const contextValue = { headers: {}, req }
  return Response.json(await graphql({ schema: await schema, source: query, contextValue }))
}
