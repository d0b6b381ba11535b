import { useEffect, useRef } from 'react'
import type { Labels } from '../labels/Labels.js'
import type { SignOutReason } from '../signOutReason.js'
import { UnsavedChanges } from '../UnsavedChanges/index.js'

export interface CoverProps {
  labels: Labels
  /** Where to log in. */
  href: string
  reason: SignOutReason
  /** The page has unsaved changes; `text` is what was typed, where that is known. */
  unsaved?: { readonly text: string | undefined } | undefined
}

/** In the browser's top layer, so nothing behind it can be seen, read out or typed into. */
export function Cover({ labels: { signedOut }, href, reason, unsaved }: CoverProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    return hideClicks(() => link.current)
  }, [])
  return (
    <dialog
      aria-labelledby="jwt-revocation-signed-out"
      className="jwt-revocation-cover"
      onCancel={(event) => event.preventDefault()}
      // A page cannot prevent the second Escape.
      onClose={() => dialog.current?.showModal()}
      ref={dialog}
      style={COVER}
    >
      <div style={CONTENT}>
        <h2 id="jwt-revocation-signed-out" style={FLUSH}>
          {signedOut.title}
        </h2>
        <p style={FLUSH}>{signedOut.reasons[reason]}</p>
        {unsaved ? <UnsavedChanges labels={signedOut} text={unsaved.text} /> : null}
        <p style={FLUSH}>
          <a href={href} ref={link}>
            {signedOut.logIn}
          </a>
        </p>
      </div>
    </dialog>
  )
}

/**
 * The page behind may answer a click on any link with a dialog of its own, which nobody can see or
 * reach under the cover. So it does not hear of clicks on this one.
 */
function hideClicks(link: () => Node | null): () => void {
  const hideClick = (event: Event) => {
    if (event.target instanceof Node && link()?.contains(event.target)) {
      event.stopImmediatePropagation()
    }
  }
  // Before any listener at the document.
  window.addEventListener('click', hideClick, true)
  return () => window.removeEventListener('click', hideClick, true)
}

const COVER = {
  position: 'fixed',
  inset: 0,
  display: 'grid',
  placeItems: 'center',
  width: '100vw',
  height: '100vh',
  maxWidth: 'none',
  maxHeight: 'none',
  margin: 0,
  padding: '2rem',
  border: 0,
  boxSizing: 'border-box',
  textAlign: 'center',
  background: 'Canvas',
  color: 'CanvasText',
} as const

const CONTENT = { display: 'grid', gap: '1rem', width: '100%', maxWidth: '36rem' } as const
/** Pages give paragraphs margins of their own, or none. */
const FLUSH = { margin: 0 } as const
