'use client'

import { useRowLabel } from '@payloadcms/ui'

export function RowLabel() {
  const { data } = useRowLabel<{ label?: string }>()
  return <span>{data?.label || 'Row'}</span>
}
