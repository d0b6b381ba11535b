import * as payload from 'payload'

/**
 * Whether this is Payload 4. Payload exports no version number, and 4 is the first with this
 * function. What differs between the versions asks here.
 */
export const isPayload4 = 'rotateSecret' in payload

/** The frame of the admin panel: a component, by its path in the import map. */
export const PANEL_FRAME = isPayload4
  ? '@payloadcms/ui/rsc#DefaultTemplate'
  : '@payloadcms/next/templates#DefaultTemplate'

/** Where the config of a global has the slots of its document page. */
export const GLOBAL_SLOTS = isPayload4 ? 'edit' : 'elements'
