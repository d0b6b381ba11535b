import { ecommercePlugin } from '@payloadcms/plugin-ecommerce'
import { formBuilderPlugin } from '@payloadcms/plugin-form-builder'
import { seoPlugin } from '@payloadcms/plugin-seo'
import { type Plugin, slugField } from 'payload'

import { isAdmin, isAdminOrOwner, isAdminOrPublished, isCustomer } from './access'
import { invoice } from './invoice'
import { previewPath } from './previewPath'

const ecommerce = ecommercePlugin({
  access: {
    adminOnlyFieldAccess: isAdmin,
    adminOrPublishedStatus: isAdminOrPublished,
    isAdmin,
    isCustomer,
    isDocumentOwner: isAdminOrOwner,
  },
  customers: { slug: 'customers' },
  payments: { paymentMethods: [invoice] },
  products: {
    productsCollectionOverride: ({ defaultCollection }) => ({
      ...defaultCollection,
      admin: {
        ...defaultCollection.admin,
        useAsTitle: 'title',
        preview: ({ slug }) => previewPath(`/products/${slug}`),
      },
      fields: [
        { name: 'title', type: 'text', required: true },
        ...defaultCollection.fields,
        slugField(),
      ],
    }),
  },
})

export const shopPlugins: Plugin[] = [
  seoPlugin({}),
  formBuilderPlugin({ formOverrides: { access: { create: isAdmin } } }),
  ecommerce,
]
