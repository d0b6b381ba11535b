'use client'
import { Button, toast, useModal } from '@payloadcms/ui'
import { useRouter } from 'next/navigation.js'
import { useId } from 'react'
import { type Confirmation, ConfirmDialog } from '../ConfirmDialog/index.js'
import { useApi } from '../useApi.js'
import { useStrings } from '../useStrings.js'

/** Takes back the revocation of a token or session, after a confirmation. */
export function LiftButton({ subject }: { subject: string }) {
  const t = useStrings()
  const api = useApi()
  const router = useRouter()
  const slug = useId()
  const { openModal } = useModal()

  const lift = async ({ note }: Confirmation) => {
    await api.post('/revocation/lift', { subject, note })
    toast.success(t('lifted'))
    router.refresh()
  }

  return (
    <>
      <Button
        aria-label={t('liftLabel', { subject })}
        buttonStyle="secondary"
        margin={false}
        onClick={() => openModal(slug)}
        size="xsmall"
      >
        {t('lift')}
      </Button>
      <ConfirmDialog confirmLabel={t('lift')} onConfirm={lift} slug={slug} title={t('liftTitle')}>
        <p>{t('liftBody')}</p>
      </ConfirmDialog>
    </>
  )
}
