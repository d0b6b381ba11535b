'use client'
import { useDocumentTitle } from '@payloadcms/ui'
import { useEffect } from 'react'
import { usePersonName } from '../Person/index.js'

/** Gives the page of a row the name of who was signed out, in place of an id. */
export function RowTitle({ subject, at }: { subject: string; at?: string | undefined }) {
  const { text } = usePersonName({ subject, at })
  const { setDocumentTitle } = useDocumentTitle()
  useEffect(() => setDocumentTitle(text), [setDocumentTitle, text])
  return null
}
