import type { Endpoint } from 'payload'

/** `GET /api/notes/count`: a collection endpoint of the app that replaces Payload's own. */
export const countNotes: Endpoint = {
  path: '/count',
  method: 'get',
  handler: async (req) => {
    const { totalDocs } = await req.payload.count({
      collection: 'notes',
      overrideAccess: false,
      req,
    })
    return Response.json({ count: totalDocs })
  },
}
