'use client'
import { Button, useModal } from '@payloadcms/ui'
import { useRouter } from 'next/navigation.js'
import { RevokeDialog } from '../RevokeDialog/index.js'
import { useStrings } from '../useStrings.js'
import '../styles.css'

const SLUG = 'jwt-revoke-everyone'

/** Ends every session of every user, once a phrase is typed. */
export function RevokeEveryone() {
  const t = useStrings()
  const router = useRouter()
  const { openModal } = useModal()
  return (
    <section aria-labelledby="jwt-everyone" className="jwt-panel">
      <h2 id="jwt-everyone">{t('everyone')}</h2>
      <p>{t('everyoneHint')}</p>
      <Button
        buttonStyle="secondary"
        className="jwt-danger"
        margin={false}
        onClick={() => openModal(SLUG)}
      >
        {`${t('everyone')} …`}
      </Button>
      <RevokeDialog
        confirmLabel={t('everyone')}
        isOwn
        // The server finds nobody signed in and leads to the login page.
        onDone={() => router.refresh()}
        phrase={t('everyonePhrase')}
        slug={SLUG}
        target={{ everyone: true }}
        title={t('everyoneTitle')}
      >
        <p>{t('everyoneBody')}</p>
      </RevokeDialog>
    </section>
  )
}
