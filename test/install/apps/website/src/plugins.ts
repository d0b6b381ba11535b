import { formBuilderPlugin } from '@payloadcms/plugin-form-builder'
import { nestedDocsPlugin } from '@payloadcms/plugin-nested-docs'
import { redirectsPlugin } from '@payloadcms/plugin-redirects'
import { searchPlugin } from '@payloadcms/plugin-search'
import { seoPlugin } from '@payloadcms/plugin-seo'
import type { Plugin } from 'payload'

export const sitePlugins: Plugin[] = [
  redirectsPlugin({ collections: ['pages', 'posts'] }),
  nestedDocsPlugin({
    collections: ['categories'],
    generateURL: (docs) => docs.map(({ slug }) => `/${slug}`).join(''),
  }),
  seoPlugin({
    collections: ['pages', 'posts'],
    uploadsCollection: 'media',
    generateTitle: ({ doc }) => `${doc.title} | A website`,
  }),
  formBuilderPlugin({ fields: { payment: false } }),
  searchPlugin({
    collections: ['posts'],
    beforeSync: ({ originalDoc, searchDoc }) => ({ ...searchDoc, slug: originalDoc.slug }),
    searchOverrides: {
      fields: ({ defaultFields }) => [
        ...defaultFields,
        { name: 'slug', type: 'text', index: true, admin: { readOnly: true } },
      ],
    },
  }),
]
