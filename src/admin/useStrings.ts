'use client'
import { useTranslation } from '@payloadcms/ui'
import { useMemo } from 'react'
import { type Strings, stringsFor } from './stringsFor.js'

/** The plugin's strings in the reader's language. */
export function useStrings(): Strings {
  const { t } = useTranslation()
  return useMemo(() => stringsFor(t), [t])
}
