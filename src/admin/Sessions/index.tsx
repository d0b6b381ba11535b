'use client'
import {
  Banner,
  Button,
  ShimmerEffect,
  useConfig,
  useDocumentInfo,
  useDocumentTitle,
  useModal,
  useStepNav,
} from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import { useEffect, useId, useState } from 'react'
import type { Target } from '../../core/target.js'
import type { SessionDoc, SessionsAnswer } from '../../wire/sessionDoc.js'
import { LoadFailure } from '../LoadFailure/index.js'
import { SMALL } from '../looks.js'
import { RevokeDialog } from '../RevokeDialog/index.js'
import { SessionsTable } from '../SessionsTable/index.js'
import type { Translate } from '../stringsFor.js'
import { useResource } from '../useResource.js'
import { useStrings } from '../useStrings.js'
import '../styles.css'
import './styles.css'

interface Ending {
  target: Target
  title: string
  body: string
  confirmLabel: string
  isOwn: boolean
}

const REFRESH_MS = 15_000

/** Every session of a user, and what ends them. */
export function Sessions({ collection, userId }: { collection: string; userId: number | string }) {
  const t = useStrings()
  const slug = useId()
  const { openModal } = useModal()
  const [ending, setEnding] = useState<Ending>()
  const user = encodeURIComponent(`${collection}:${userId}`)
  const { data, error, reload } = useResource<SessionsAnswer>(
    `/revocation/sessions?user=${user}&all=true`,
    { everyMs: REFRESH_MS },
  )
  const { title } = useDocumentTitle()
  const person = { collection, id: userId, title }
  useDocumentStepNav()

  const ask = (next: Ending) => {
    setEnding(next)
    openModal(slug)
  }
  const isRecorded = error?.status !== 404
  const open = data?.docs.filter((each) => isOpen(each)) ?? []
  const ended = data?.docs.filter((each) => !isOpen(each)) ?? []
  const own = open.find(({ isCurrent }) => isCurrent)

  return (
    <div className="jwt-sessions">
      <div className="jwt-head">
        <h2>{t('activeSessions')}</h2>
        <div className="jwt-actions">
          {own && open.length > 1 && (
            <Button
              buttonStyle="secondary"
              margin={false}
              onClick={() => ask(endOthers(own, person, t))}
              size={SMALL}
            >
              {t('endOthers')}
            </Button>
          )}
          {(!isRecorded || open.length > 0) && (
            <Button
              buttonStyle="secondary"
              className="jwt-danger"
              margin={false}
              onClick={() => ask(endAll(person, Boolean(own), t))}
              size={SMALL}
            >
              {t('endAll')}
            </Button>
          )}
        </div>
      </div>
      {!isRecorded && <Banner>{t('notRecorded')}</Banner>}
      {error && isRecorded && <LoadFailure error={error} onRetry={reload} />}
      {!data && !error && <ShimmerEffect height="12rem" />}
      {data && open.length === 0 && <p>{t('noSessions')}</p>}
      {open.length > 0 && (
        <SessionsTable
          label={t('activeSessions')}
          onEnd={(session) => ask(endOne(session, t))}
          sessions={open}
        />
      )}
      {ended.length > 0 && (
        // Payload's own Collapsible calls every one of them "Toggle block".
        <details className="jwt-ended">
          <summary>{t('endedSessions', { count: ended.length })}</summary>
          <SessionsTable label={t('ended')} sessions={ended} />
        </details>
      )}
      {ending && (
        <RevokeDialog {...ending} onDone={() => void reload()} slug={slug}>
          <p>{ending.body}</p>
        </RevokeDialog>
      )}
    </div>
  )
}

type User = { collection: string; id: number | string; title: string }

const targetOf = ({ collection, id }: User) => ({ collection, id })

const isOpen = ({ endedAt, expiresAt }: SessionDoc) =>
  !endedAt && Date.parse(expiresAt) > Date.now()

const deviceOf = ({ name, device }: SessionDoc, t: Translate) =>
  name || device || t('unknownDevice')

const endOne = (session: SessionDoc, t: Translate): Ending => ({
  target: { session: session.id },
  title: t('endOneTitle'),
  body: t('endOneBody', { device: deviceOf(session, t) }),
  confirmLabel: t('endOne'),
  isOwn: session.isCurrent,
})

const endOthers = (session: SessionDoc, user: User, t: Translate): Ending => ({
  target: { user: { ...targetOf(user), exceptSession: session.id } },
  title: t('endOthersTitle'),
  body: t('endOthersBody', { device: deviceOf(session, t), user: user.title }),
  confirmLabel: t('endOthers'),
  isOwn: false,
})

const endAll = (user: User, isOwn: boolean, t: Translate): Ending => ({
  target: { user: targetOf(user) },
  title: t('endAllTitle'),
  body: t('endAllBody', { user: user.title }),
  confirmLabel: t('endAll'),
  isOwn,
})

/**
 * Breadcrumbs from the collection to the document, whose tabs are right below. A third one would
 * be too wide for a phone.
 */
function useDocumentStepNav() {
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
