'use client'
import { Banner, Button, TextareaInput } from '@payloadcms/ui'
import { type FormEvent, useState } from 'react'
import type { Target } from '../../core/target.js'
import { MAX_NAME_LENGTH, readToken, type Token } from '../../core/token.js'
import type { ExplainAnswer, RevocationDoc } from '../../wire/revocationDoc.js'
import { ERROR } from '../looks.js'
import { Person } from '../Person/index.js'
import { RevocationList } from '../RevocationList/index.js'
import { Time } from '../Time/index.js'
import { useApi } from '../useApi.js'
import { useStrings } from '../useStrings.js'
import '../styles.css'
import './styles.css'

/**
 * Why a token is refused. Its text does not leave this component: what the denylist must know of
 * it is read here, and the text is forgotten at once.
 */
export function Explain({ ledger }: { ledger: string }) {
  const t = useStrings()
  const api = useApi()
  const [text, setText] = useState('')
  const [token, setToken] = useState<Token>()
  const [answer, setAnswer] = useState<readonly RevocationDoc[]>()
  const [failure, setFailure] = useState<string>()

  /** Each call takes one name: what is against the token is what is against any of them. */
  const ask = async (targets: readonly Target[]) => {
    const answers = await Promise.all(
      targets.map((each) => api.post<ExplainAnswer>('/revocation/explain', each)),
    )
    return answers.flatMap((each) => each.by)
  }

  const change = (value: string) => {
    const read = readToken(value.trim().replace(/^(?:Bearer|JWT)\s+/i, ''))
    setToken(read)
    setText(read ? read.id : value)
    setAnswer(undefined)
    setFailure(undefined)
  }

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const name = text.trim()
    if (!isName(name)) return setFailure(t('explainNotAToken'))
    try {
      setFailure(undefined)
      const by = await ask(token ? targetsOf(token) : [{ jti: name }, { session: name }])
      const sessions = by.flatMap(({ partOf }) => (partOf?.startsWith('sid:') ? [partOf] : []))
      const whole = await ask([...new Set(sessions)].map((each) => ({ session: each.slice(4) })))
      const against = [...by, ...whole].filter((each) => !token || isAgainst(each, token))
      setAnswer(wholesIn(against))
    } catch (error) {
      setFailure(t('failed', { message: error instanceof Error ? error.message : String(error) }))
    }
  }

  return (
    <section aria-labelledby="jwt-explain" className="jwt-panel">
      <h2 id="jwt-explain">{t('explain')}</h2>
      <form className="jwt-explain" onSubmit={(event) => void submit(event)}>
        <TextareaInput
          description={t('explainHint')}
          label={t('explainLabel')}
          onChange={({ target }) => change(target.value)}
          path="jwt-revocation-token"
          rows={1}
          value={text}
        />
        <Button disabled={!text.trim()} margin={false} size="medium" type="submit">
          {t('explainButton')}
        </Button>
      </form>
      {token && <Claims token={token} />}
      <div aria-live="polite" className="jwt-explain__answer">
        {failure && <Banner type={ERROR}>{failure}</Banner>}
        {answer && <Result by={answer} ledger={ledger} token={token} />}
      </div>
    </section>
  )
}

function Claims({ token }: { token: Token }) {
  const t = useStrings()
  const { id, session, collection, userId, issuedAt, expiresAt } = token
  return (
    <div className="jwt-claims">
      <h3>{t('explainRead')}</h3>
      <dl>
        <dt>{t('claimId')}</dt>
        <dd className="jwt-mono">{id}</dd>
        <dt>{t('claimSession')}</dt>
        <dd className="jwt-mono">{session}</dd>
        <dt>{t('claimUser')}</dt>
        <dd>
          <Person at={issuedAt} subject={`user:${collection}:${userId}`} />
        </dd>
        <dt>{t('claimIssued')}</dt>
        <dd>
          <Time value={issuedAt} />
        </dd>
        <dt>{t('claimExpires')}</dt>
        <dd>{Number.isFinite(expiresAt) ? <Time value={expiresAt} /> : '–'}</dd>
      </dl>
    </div>
  )
}

function Result({
  by,
  ledger,
  token,
}: {
  by: readonly RevocationDoc[]
  ledger: string
  token: Token | undefined
}) {
  const t = useStrings()
  const isExpired = token !== undefined && token.expiresAt <= Date.now()
  return (
    <>
      {by.length > 0 && (
        <>
          <Banner type={ERROR}>{t('explainRefused')}</Banner>
          <RevocationList ledger={ledger} revocations={by} />
        </>
      )}
      {isExpired && (
        <Banner type="warning">
          <strong>{t('explainExpired')}.</strong> {t('explainExpiredBody')}
        </Banner>
      )}
      {by.length === 0 && !isExpired && (
        <Banner type="success">
          <strong>{t('explainNotRefused')}.</strong> {t('explainNotRefusedBody')}
        </Banner>
      )}
    </>
  )
}

/** An id of ours or of another issuer: no white space, and no longer than a name may be. */
const isName = (text: string) =>
  /^\S+$/.test(text) && text.length <= MAX_NAME_LENGTH && text.split('.').length < 3

const targetsOf = ({ id, session, collection, userId }: Token): Target[] => [
  { jti: id },
  { session },
  { user: { collection, id: userId } },
]

const isAgainst = ({ cutoff, exceptSession }: RevocationDoc, token: Token) =>
  !cutoff || (token.issuedAt <= Date.parse(cutoff) && token.session !== exceptSession)

/** Each once, and of what one act ended, such as a logout, that which stands for all of it. */
function wholesIn(revocations: readonly RevocationDoc[]): RevocationDoc[] {
  const known = new Map(revocations.map((each) => [each.id, each]))
  const subjects = new Set(revocations.map(({ subject }) => subject))
  return [...known.values()].filter(({ partOf }) => !partOf || !subjects.has(partOf))
}
