import type { PayloadRequest } from 'payload'

/** The user of a request. Payload 3 and 4 export this type under different names. */
export type RequestUser = NonNullable<PayloadRequest['user']>
