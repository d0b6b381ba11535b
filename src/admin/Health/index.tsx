'use client'
import { Banner, Pill, ShimmerEffect, useTranslation } from '@payloadcms/ui'
import type { ReactNode } from 'react'
import type { Scope } from '../../core/revocation.js'
import type { TranslationKey } from '../../translations/Strings.js'
import type { OverviewAnswer } from '../../wire/health.js'
import type { ApiError } from '../apiError.js'
import { DayPlot } from '../DayPlot/index.js'
import { LoadFailure } from '../LoadFailure/index.js'
import { ERROR } from '../looks.js'
import { problemsOf } from '../problemsOf.js'
import { duration } from '../relativeTime.js'
import type { Translate } from '../stringsFor.js'
import { useResource } from '../useResource.js'
import { useStrings } from '../useStrings.js'
import '../styles.css'
import './styles.css'

const REFRESH_MS = 5_000

/** In the order that tells a reader most. */
const SHOWN = ['session', 'user', 'everyone', 'token'] as const satisfies readonly Scope[]

const FIGURES: Record<Scope, TranslationKey> = {
  session: 'figureSession',
  user: 'figureUser',
  everyone: 'figureEveryone',
  token: 'figureToken',
}

/** What it means to be out of date for too long. */
const HINTS: Record<OverviewAnswer['whenStale'], TranslationKey> = {
  refuse: 'staleRefuseHint',
  ask: 'staleAskHint',
  accept: 'staleAcceptHint',
}

interface HealthProps {
  title: string
  description?: string
  /** What leads on from here. */
  children?: ReactNode
}

/** How the denylist of the server that answers fares, and what to do when it does not. */
export function Health({ title, description, children }: HealthProps) {
  const { data, error, reload } = useResource<OverviewAnswer>('/revocation/overview', {
    everyMs: REFRESH_MS,
  })
  return (
    <section aria-labelledby="jwt-health" className="jwt-panel jwt-health">
      <div className="jwt-head">
        <h2 id="jwt-health">{title}</h2>
        <State data={data} error={error} />
        {children && <div className="jwt-actions">{children}</div>}
      </div>
      {description && <p>{description}</p>}
      {error && <LoadFailure error={error} onRetry={reload} />}
      {data ? <Figures data={data} /> : !error && <ShimmerEffect height="8rem" />}
    </section>
  )
}

function State({ data, error }: { data: OverviewAnswer | undefined; error: ApiError | undefined }) {
  const t = useStrings()
  const { i18n } = useTranslation()
  if (error || !data) return null
  const [worst] = problemsOf(data, { t, language: i18n.language, now: Date.now() })
  if (!worst) {
    return (
      <Pill pillStyle="success" size="small">
        {t('healthOk')}
      </Pill>
    )
  }
  return (
    <Pill pillStyle={worst.severity} size="small">
      {t(worst.severity === 'error' ? 'healthDown' : 'healthDegraded')}
    </Pill>
  )
}

function Figures({ data }: { data: OverviewAnswer }) {
  const t = useStrings()
  const { i18n } = useTranslation()
  const { language } = i18n
  const problems = problemsOf(data, { t, language, now: Date.now() })
  const length = (seconds: number) => duration(seconds * 1_000, language)
  return (
    <>
      <div aria-live="polite">
        {problems.map(({ severity, text }) => (
          <Banner key={text} type={severity === 'error' ? ERROR : severity}>
            {text}
          </Banner>
        ))}
        {problems.length === 0 && <p>{t('healthOkBody')}</p>}
      </div>
      <div className="jwt-health__columns">
        <div>
          <h3>{t('entries')}</h3>
          <dl className="jwt-figures">
            {SHOWN.map((scope) => (
              <div key={scope}>
                <dt>{t(FIGURES[scope])}</dt>
                <dd>{data.entries[scope].toLocaleString(language)}</dd>
              </div>
            ))}
            <div className="jwt-figures__wide">
              <dt>{t('staleness')}</dt>
              <dd>
                {data.staleness === null
                  ? t('stalenessNever')
                  : t('stalenessAgo', { time: length(data.staleness) })}
              </dd>
            </div>
            <div className="jwt-figures__wide">
              <dt>{t('feed')}</dt>
              <dd>
                {feedState(data, t)}
                {typeof data.feed?.lag === 'number' && (
                  <small>{t('stalenessAgo', { time: length(data.feed.lag) })}</small>
                )}
              </dd>
            </div>
          </dl>
          {data.mode !== 'strict' && (
            <p className="jwt-hint">
              {t(HINTS[data.whenStale], { time: length(data.maxStaleness) })}
            </p>
          )}
        </div>
        <DayPlot hours={data.last24h} />
      </div>
    </>
  )
}

function feedState({ feed, mode }: OverviewAnswer, t: Translate) {
  if (mode === 'strict') return t('feedStrict')
  if (!feed) return t('feedNone')
  if (feed.isWell === null) return t('feedUnknown')
  return t(feed.isWell ? 'feedWell' : 'feedUnwell')
}
