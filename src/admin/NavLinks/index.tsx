'use client'
import { Link, NavGroup } from '@payloadcms/ui'
import { usePathname } from 'next/navigation.js'

interface NavLinksProps {
  isOpen: boolean
  label: string
  links: readonly { href: string; id: string; label: string }[]
}

/** A group of links that looks and behaves as the groups of Payload's own navigation. */
export function NavLinks({ isOpen, label, links }: NavLinksProps) {
  const pathname = usePathname()
  return (
    <NavGroup isOpen={isOpen} label={label}>
      {links.map(({ href, id, label: name }) => {
        const isHere = pathname === href
        const isInside = isHere || pathname.startsWith(`${href}/`)
        const content = (
          <>
            {isInside && <div className="nav__link-indicator" />}
            <span className="nav__link-label">{name}</span>
          </>
        )
        return isHere ? (
          <div className="nav__link" id={id} key={id}>
            {content}
          </div>
        ) : (
          <Link className="nav__link" href={href} id={id} key={id} prefetch={false}>
            {content}
          </Link>
        )
      })}
    </NavGroup>
  )
}
