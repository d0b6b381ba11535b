import { multiTenantPlugin } from '@payloadcms/plugin-multi-tenant'
import type { Config } from 'payload'

import { hasAddition, revocation } from './revocation'

const tenantsOf = (doc: { tenants?: { tenant: unknown }[] }) =>
  new Set(doc.tenants?.map(({ tenant }) => String(tenant)))

export const configure = (base: Config): Config => ({
  ...base,
  collections: [
    ...(base.collections ?? []),
    { slug: 'tenants', fields: [{ name: 'name', type: 'text' }] },
  ],
  plugins: [
    multiTenantPlugin({
      collections: { notes: {} },
      tenantsArrayField: { includeDefaultField: true },
      userHasAccessToAllTenants: () => false,
    }),
    ...revocation(
      hasAddition
        ? {
            revokeWhen: ({ doc, previousDoc }) => {
              const remaining = tenantsOf(doc)
              return [...tenantsOf(previousDoc)].some((tenant) => !remaining.has(tenant))
            },
          }
        : {},
    ),
  ],
})
