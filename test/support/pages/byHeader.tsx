import { createRoot } from 'react-dom/client'
import { LiveLogout } from '../../../src/exports/react.js'

/** A page that keeps its token to itself, here in its address, and sends it by header. */
const token = window.location.hash.slice(1)
const headers = { Authorization: `JWT ${token}` }

createRoot(document.body).render(
  <main>
    <LiveLogout headers={headers} />
    <h1>Your account</h1>
  </main>,
)
