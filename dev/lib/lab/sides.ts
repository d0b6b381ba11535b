/** The two Payload instances of this server that the lab compares. */
export const sides = [
  {
    id: 'guarded',
    title: 'With the plugin',
    note: 'This app: jwtRevocation() in its config.',
    /** The start of its paths. */
    root: '',
  },
  {
    id: 'stateless',
    title: 'Stateless Payload, as it comes',
    note: 'Another instance, with its own database and key: useSessions: false, no plugin.',
    root: '/stateless',
  },
] as const

export type Side = (typeof sides)[number]
export type SideId = Side['id']
