import type { CollectionConfig, Config, GlobalConfig } from 'payload'
import { GLOBAL_SLOTS } from '../config/payloadVersion.js'

const LIVE_LOGOUT = 'payload-jwt-revocation/client#AdminLiveLogout'
const NOTICE = 'payload-jwt-revocation/client#AdminSignedOutNotice'
const UNSAVED_FORM = 'payload-jwt-revocation/client#UnsavedForm'

/**
 * Lets the admin panel hear of the end of a session. In the header of its pages and not among the
 * providers: a provider that is not in the import map yet leaves the panel blank. What was typed is
 * known inside the form of a document only, so each form has a part too, which shows nothing.
 */
export function withLiveLogout(config: Config): Config {
  const { admin = {}, collections, globals } = config
  const { components = {} } = admin
  return {
    ...config,
    admin: {
      ...admin,
      components: {
        ...components,
        header: [...(components.header ?? []), LIVE_LOGOUT],
        beforeLogin: [...(components.beforeLogin ?? []), NOTICE],
      },
    },
    ...(collections && { collections: collections.map(inCollection) }),
    ...(globals && { globals: globals.map(inGlobal) }),
  }
}

const inCollection = ({ admin = {}, ...collection }: CollectionConfig): CollectionConfig => ({
  ...collection,
  admin: {
    ...admin,
    components: {
      ...admin.components,
      edit: withUnsavedForm(admin.components?.edit),
    },
  },
})

const inGlobal = ({ admin = {}, ...global }: GlobalConfig): GlobalConfig => ({
  ...global,
  admin: {
    ...admin,
    components: {
      ...admin.components,
      [GLOBAL_SLOTS]: withUnsavedForm(slotsOf(admin.components)),
    },
  },
})

const slotsOf = (components: object = {}) =>
  (components as { [GLOBAL_SLOTS]?: Slots })[GLOBAL_SLOTS]

interface Slots {
  beforeDocumentControls?: unknown[]
}

const withUnsavedForm = <Given extends Slots>(slots: Given = {} as Given): Given => ({
  ...slots,
  beforeDocumentControls: [...(slots.beforeDocumentControls ?? []), UNSAVED_FORM],
})
