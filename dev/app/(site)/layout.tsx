import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { NavLink } from '../../components/NavLink/index.tsx'
import { describeStore } from '../../lib/store.ts'
import './site.css'

const icon =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>" +
  "<circle cx='8' cy='8' r='6.5' fill='none' stroke='%23c2412d' stroke-width='2.5'/>" +
  "<path d='M3.6 12.4 12.4 3.6' stroke='%23c2412d' stroke-width='2.5'/></svg>"

export const metadata: Metadata = {
  title: { default: 'payload-jwt-revocation demo', template: '%s · payload-jwt-revocation demo' },
  description: 'A Payload and Next.js app whose JWTs die the moment you log out.',
  icons: { icon },
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { color: '#f6f5f1', media: '(prefers-color-scheme: light)' },
    { color: '#141517', media: '(prefers-color-scheme: dark)' },
  ],
}

/**
 * The pages show the state of this process and this visitor, so they cannot be built in advance.
 */
export const dynamic = 'force-dynamic'

export default function SiteLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <a className="skip" href="#main">
          Skip to the content
        </a>
        <header className="bar">
          <a className="brand" href="/">
            <svg aria-hidden="true" height="18" viewBox="0 0 16 16" width="18">
              <circle cx="8" cy="8" fill="none" r="6.5" stroke="currentColor" strokeWidth="2" />
              <path d="M3.6 12.4 12.4 3.6" stroke="currentColor" strokeWidth="2" />
            </svg>
            <span>payload-jwt-revocation</span>
          </a>
          <nav aria-label="Main">
            <NavLink href="/">Home</NavLink>
            <NavLink href="/lab">Lab</NavLink>
            <NavLink href="/account">Account</NavLink>
            <NavLink href="/admin">Admin</NavLink>
          </nav>
        </header>
        <main id="main">{children}</main>
        <footer className="foot">
          <p>
            Denylist store in use: <strong>{describeStore()}</strong>
          </p>
        </footer>
      </body>
    </html>
  )
}
