import type { CollectionConfig, Config } from 'payload'

/** Changes the collection `users` of a config. */
export const withUsers =
  (change: (users: CollectionConfig) => CollectionConfig) =>
  (config: Config): Config => ({
    ...config,
    collections: config.collections?.map((each) => (each.slug === 'users' ? change(each) : each)),
  })

/** Payload as stateless as the plugin makes it, for a fair attack without the plugin. */
export const stateless = withUsers((users) => ({ ...users, auth: { useSessions: false } }))
