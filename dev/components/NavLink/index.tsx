'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'

/** A plain link: each click asks the server, so a session that has ended shows at once. */
export function NavLink({ children, href }: { children: ReactNode; href: string }) {
  const isCurrent = usePathname() === href
  return (
    <a aria-current={isCurrent ? 'page' : undefined} href={href}>
      {children}
    </a>
  )
}
