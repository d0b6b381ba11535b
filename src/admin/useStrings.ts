'use client'
import { useTranslation } from '@payloadcms/ui'
import { useMemo } from 'react'
import { stringsFor, type Translate } from './stringsFor.js'

/** The plugin's strings in the reader's language. */
export function useStrings(): Translate {
  const { t } = useTranslation()
  return useMemo(() => stringsFor(t), [t])
}
