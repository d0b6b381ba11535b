import { StatusChip } from '../../components/StatusChip/index.tsx'
import { demoAccounts } from '../../lib/demoAccounts.ts'

const steps = [
  {
    request: 'POST /api/users/login',
    status: 200,
    text: 'OK',
    fact: 'The token gets an id of its own (jti) and belongs to a session (sid).',
  },
  {
    request: 'GET /api/users/me',
    status: 200,
    text: 'OK',
    fact: 'It gives access to everything that its user may see.',
  },
  {
    request: 'POST /api/users/logout',
    status: 200,
    text: 'OK',
    fact: 'Its id goes to the denylist. It is stored durably before the answer is sent.',
  },
  {
    request: 'GET /api/users/me',
    status: 401,
    text: 'Unauthorized',
    fact: 'The same token, well signed and far from expired, is refused.',
  },
]

const accounts = [
  { ...demoAccounts.member, who: 'Member', where: '/login?redirect=/account', link: 'Log in' },
  { ...demoAccounts.administrator, who: 'Administrator', where: '/admin', link: 'Admin panel' },
]

export default function HomePage() {
  return (
    <>
      <section className="hero">
        <h1>Log out, and the token is&nbsp;dead.</h1>
        <p className="lead">
          A JSON Web Token is usually valid until it expires, even after its user has logged out. In
          this small Payload and Next.js app a logout or a new password revokes it: from then on it
          is refused everywhere with 401.
        </p>
        <p className="actions">
          <a className="button" href="/lab">
            Replay a token in the lab
          </a>
          <a className="button button-quiet" href="/account">
            Try the account page
          </a>
          <a className="button button-quiet" href="/admin/collections/revocations">
            See the denylist
          </a>
        </p>
      </section>

      <section aria-labelledby="proof">
        <h2 id="proof">The proof in four steps</h2>
        <ol className="steps">
          {steps.map(({ fact, request, status, text }) => (
            <li key={fact}>
              <p className="request">
                <code>{request}</code>
                <StatusChip status={status} text={text} />
              </p>
              <p>{fact}</p>
            </li>
          ))}
        </ol>
        <p className="hint">
          <code>npm run demo</code> runs these steps with real requests and prints the answers.
        </p>
      </section>

      <section aria-labelledby="accounts">
        <h2 id="accounts">Two demo accounts</h2>
        <div className="columns">
          {accounts.map(({ email, link, password, where, who }) => (
            <article className="card" key={email}>
              <h3>{who}</h3>
              <dl className="facts">
                <dt>Email</dt>
                <dd>
                  <code>{email}</code>
                </dd>
                <dt>Password</dt>
                <dd>
                  <code>{password}</code>
                </dd>
              </dl>
              <a className="more" href={where}>
                {link}
              </a>
            </article>
          ))}
        </div>
      </section>

      <section aria-labelledby="look">
        <h2 id="look">Where to look</h2>
        <ul className="links">
          <li>
            <a href="/lab">Replay lab</a>
            <span>An old token at five doors, with the plugin and without, side by side.</span>
          </li>
          <li>
            <a href="/account">Account</a>
            <span>Your notes and what your token says; log out here, or everywhere.</span>
          </li>
          <li>
            <a href="/account/devices">Your devices</a>
            <span>Where you are signed in; end one session or all others.</span>
          </li>
          <li>
            <a href="/admin/collections/revocations">Denylist</a>
            <span>Every revocation, in the admin panel. For the administrator.</span>
          </li>
          <li>
            <a href="/api/whoami">/api/whoami</a>
            <span>An endpoint open to everyone. It still refuses a dead token.</span>
          </li>
          <li>
            <a href="/api/posts">/api/posts</a>
            <span>Public posts: they need no token, but a dead one is refused.</span>
          </li>
        </ul>
      </section>
    </>
  )
}
