import type { Feed } from 'payload-jwt-revocation'

/** A feed that calls an emptied Redis complete without filling it from the ledger. */
export const withoutRefill = (feed: Feed): Feed => ({
  ...feed,
  follow: (follower) =>
    feed.follow({
      ...follower,
      ...(follower.restore && { restore: async function* () {} }),
    }),
})

/** A feed that assumes that Redis contains everything in the ledger. */
export const withoutHeartbeat = (feed: Feed): Feed => ({
  ...feed,
  follow: (follower) =>
    feed.follow({ ...follower, complete: (asOf) => follower.complete(asOf, asOf) }),
})
