'use client'
import { Button, toast, useModal } from '@payloadcms/ui'
import { useRouter } from 'next/navigation.js'
import { useId } from 'react'
import type { Subject } from '../../core/revocation.js'
import type { Target } from '../../core/target.js'
import { type Confirmation, ConfirmDialog } from '../ConfirmDialog/index.js'
import { TINY } from '../looks.js'
import { usePersonName } from '../Person/index.js'
import { useApi } from '../useApi.js'
import { useStrings } from '../useStrings.js'

/** Takes back the revocation of a token or session, after a confirmation. */
export function LiftButton({ subject, at }: { subject: Subject; at?: string | undefined }) {
  const t = useStrings()
  const { text } = usePersonName({ subject, at })
  const api = useApi()
  const router = useRouter()
  const slug = useId()
  const { openModal } = useModal()

  const lift = async ({ note }: Confirmation) => {
    await api.post('/revocation/lift', { ...targetOf(subject), note })
    toast.success(t('lifted'))
    router.refresh()
  }

  return (
    <>
      <Button
        aria-label={t('liftLabel', { subject: text })}
        buttonStyle="secondary"
        margin={false}
        onClick={() => openModal(slug)}
        size={TINY}
      >
        {t('lift')}
      </Button>
      <ConfirmDialog confirmLabel={t('lift')} onConfirm={lift} slug={slug} title={t('liftTitle')}>
        <p>
          <strong className="jwt-name">{text}</strong>
        </p>
        <p>{t('liftBody')}</p>
      </ConfirmDialog>
    </>
  )
}

/** Only tokens and sessions can be lifted. */
function targetOf(subject: Subject): Target {
  const name = subject.slice(subject.indexOf(':') + 1)
  return subject.startsWith('sid:') ? { session: name } : { jti: name }
}
