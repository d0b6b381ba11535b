import { tokenFacts } from '../../lib/tokenFacts.ts'

const format = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
})

/** What the visitor's token says about itself. The token stays on the server. */
export function TokenCard({ token }: { token: string }) {
  const facts = tokenFacts(token)
  return (
    <section aria-labelledby="token" className="card">
      <h2 id="token">Your token</h2>
      <dl className="facts">
        <dt>
          Id <code>jti</code>
        </dt>
        <dd>
          <code>{facts?.jti ?? 'none'}</code>
        </dd>
        <dt>
          Session <code>sid</code>
        </dt>
        <dd>
          <code>{facts?.sid ?? 'none'}</code>
        </dd>
        <dt>Issued</dt>
        <dd>
          <Moment at={facts?.issuedAt} />
        </dd>
        <dt>Expires</dt>
        <dd>
          <Moment at={facts?.expiresAt} />
        </dd>
      </dl>
      <p className="hint">Log out, and this id is on the denylist until the token expires.</p>
    </section>
  )
}

function Moment({ at }: { at: Date | undefined }) {
  return at ? <time dateTime={at.toISOString()}>{format.format(at)} UTC</time> : <>unknown</>
}
