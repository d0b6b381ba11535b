import type { Endpoint } from 'payload'

/** `GET /api/whoami`: a root endpoint of the app, open to everyone. */
export const whoami: Endpoint = {
  path: '/whoami',
  method: 'get',
  handler: ({ user }) =>
    Response.json({
      user: user ? { collection: user.collection, id: user.id, email: user.email } : null,
    }),
}
