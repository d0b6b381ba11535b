'use client'
import { useConfig, useDocumentInfo, useDocumentTitle, useStepNav } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import { useEffect } from 'react'

/**
 * Breadcrumbs from the collection to the document, whose tabs are right below. A third one would
 * be too wide for a phone.
 */
export function useDocumentStepNav() {
  const { setStepNav } = useStepNav()
  const { collectionSlug } = useDocumentInfo()
  const { title } = useDocumentTitle()
  const { config, getEntityConfig } = useConfig()
  const { admin: adminRoute } = config.routes

  useEffect(() => {
    if (!collectionSlug) return
    const { labels } = getEntityConfig({ collectionSlug })
    const url = formatAdminURL({ adminRoute, path: `/collections/${collectionSlug}` })
    setStepNav([{ label: labels.plural, url }, { label: title }])
  }, [setStepNav, collectionSlug, title, adminRoute, getEntityConfig])
}
