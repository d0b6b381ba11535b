'use client'
import { useConfig, useDocumentInfo, useDocumentTitle, useStepNav } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import { useEffect } from 'react'

/** Leads the breadcrumbs of a document's tab from its collection over the document to `label`. */
export function useSessionsStepNav(label: string) {
  const { setStepNav } = useStepNav()
  const { collectionSlug, id } = useDocumentInfo()
  const { title } = useDocumentTitle()
  const { config, getEntityConfig } = useConfig()
  const { admin: adminRoute } = config.routes

  useEffect(() => {
    if (!collectionSlug) return
    const { labels } = getEntityConfig({ collectionSlug })
    const url = (path: `/${string}`) => formatAdminURL({ adminRoute, path })
    setStepNav([
      { label: labels.plural, url: url(`/collections/${collectionSlug}`) },
      { label: title, url: url(`/collections/${collectionSlug}/${id}`) },
      { label },
    ])
  }, [setStepNav, collectionSlug, id, title, label, adminRoute, getEntityConfig])
}
