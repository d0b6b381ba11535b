'use client'
import { toast, useModal } from '@payloadcms/ui'
import { type ReactNode, useEffect, useState } from 'react'
import type { Target } from '../../core/target.js'
import type { RevokeAnswer } from '../../wire/revocationDoc.js'
import { type Confirmation, ConfirmDialog } from '../ConfirmDialog/index.js'
import { useApi } from '../useApi.js'
import { useStrings } from '../useStrings.js'

interface RevokeDialogProps {
  slug: string
  target: Target
  title: string
  children: ReactNode
  confirmLabel: string
  phrase?: string
  /** Whether the reader's own session ends with it. */
  isOwn: boolean
  onDone: () => void
}

/** Says what will end before it does, and takes a reason. */
export function RevokeDialog({
  children,
  isOwn,
  onDone,
  slug,
  target,
  ...dialog
}: RevokeDialogProps) {
  const t = useStrings()
  const api = useApi()
  const { isModalOpen } = useModal()
  const isOpen = isModalOpen(slug)
  const count = useCount(isOpen ? target : undefined)

  const revoke = async (confirmed: Confirmation) => {
    const { sessions } = await api.post<RevokeAnswer>('/revocation/revoke', {
      ...target,
      ...confirmed,
    })
    toast.success(sessions === null ? t('done') : t('endedCount', { count: sessions }))
    onDone()
  }

  return (
    <ConfirmDialog {...dialog} onConfirm={revoke} slug={slug}>
      <div className="jwt-confirm__text">
        {children}
        <p aria-live="polite" className="jwt-confirm__count">
          {typeof count === 'number' ? t('endsCount', { count }) : '\u00a0'}
        </p>
        {isOwn && <p className="jwt-confirm__own">{t('endsYours')}</p>}
      </div>
    </ConfirmDialog>
  )
}

/** How many open sessions would end; `undefined` until that is known, `null` when nobody can. */
function useCount(target: Target | undefined) {
  const api = useApi()
  const [count, setCount] = useState<number | null>()
  const asked = target && JSON.stringify(target)
  useEffect(() => {
    setCount(undefined)
    if (!asked) return
    let isLate = false
    api
      .post<RevokeAnswer>('/revocation/revoke', { ...JSON.parse(asked), dryRun: true })
      .then(({ sessions }) => isLate || setCount(sessions))
      // The count is a help and no more; confirming shows what is wrong.
      .catch(() => isLate || setCount(null))
    return () => {
      isLate = true
    }
  }, [api, asked])
  return count
}
