import type { Metadata } from 'next'
import { ReplayLab } from '../../../components/ReplayLab/index.tsx'
import './lab.css'

export const metadata: Metadata = {
  title: 'The replay lab',
  description: 'Show a logged-out token to an app with the plugin and to one without.',
}

export default function LabPage() {
  return (
    <>
      <header className="lab-head">
        <h1>The replay lab</h1>
        <p className="lead">
          Log in, log out, and show the old token again: to this app, and to a Payload with
          stateless tokens and no plugin, side by side. Every request is a real one that your
          browser sends; its network panel shows them.
        </p>
      </header>
      <ReplayLab />
      <p className="hint lab-foot">
        Payload’s own <code>useSessions: true</code> refuses the old token too, at a price: it
        rewrites the user document at each login and{' '}
        <a href="https://github.com/payloadcms/payload/issues/18132">
          loses sessions that begin at the same time
        </a>
        .
      </p>
    </>
  )
}
