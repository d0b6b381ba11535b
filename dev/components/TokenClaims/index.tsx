import { claimsOf } from '../../lib/lab/claims.ts'

/** The claims that the plugin adds. */
const OURS = new Set(['jti', 'sid', 'auth_time'])

/** A token, shortened, and its claims. */
export function TokenClaims({ token }: { token: string }) {
  const [header = '', claims = '', signature = ''] = token.split('.')
  return (
    <div className="claims">
      <p className="claims-text">
        <code>
          <span>{header.slice(0, 12)}…</span>.<span>{claims.slice(0, 12)}…</span>.
          <span>{signature.slice(0, 8)}…</span>
        </code>
      </p>
      <dl>
        {Object.entries(claimsOf(token)).map(([name, value]) => (
          <div className={OURS.has(name) ? 'claims-ours' : undefined} key={name}>
            <dt>{name}</dt>
            <dd>{JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
