import { useEffect, useRef, useState } from 'react'
import type { Labels } from '../labels/Labels.js'

export interface UnsavedChangesProps {
  labels: Labels['signedOut']
  /** What was typed; `undefined` where nobody knows. */
  text: string | undefined
}

/** Says that there are unsaved changes and offers to copy them. They stay out of sight. */
export function UnsavedChanges({ labels, text }: UnsavedChangesProps) {
  const [outcome, setOutcome] = useState<'copied' | 'not-copied'>()
  if (text === undefined) return <p style={FLUSH}>{labels.unsaved}</p>
  const copy = async () => setOutcome((await copyText(text)) ? 'copied' : 'not-copied')
  return (
    <>
      <p style={FLUSH}>{labels.unsaved}</p>
      <p style={FLUSH}>
        <button onClick={copy} style={BUTTON} type="button">
          {labels.copy}
        </button>
      </p>
      <p role="status" style={FLUSH}>
        {outcome === 'copied' && labels.copied}
        {outcome === 'not-copied' && labels.notCopied}
      </p>
      {outcome === 'not-copied' ? <Selected label={labels.copy} text={text} /> : null}
    </>
  )
}

/** Only over HTTPS, and where the user has not forbidden it. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** The text, to be copied with the keyboard or the browser's menu. */
function Selected({ label, text }: { label: string; text: string }) {
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    area.current?.focus()
    area.current?.select()
  }, [])
  return <textarea aria-label={label} readOnly ref={area} rows={8} style={AREA} value={text} />
}

/** The cover spaces its parts itself. */
const FLUSH = { margin: 0 } as const

const BUTTON = {
  minHeight: '2.75rem',
  padding: '.5rem 1rem',
  font: 'inherit',
  fontWeight: 600,
  color: 'inherit',
  background: 'transparent',
  border: '1px solid currentColor',
  borderRadius: 6,
  cursor: 'pointer',
} as const

const AREA = {
  width: '100%',
  boxSizing: 'border-box',
  padding: '.5rem',
  font: 'inherit',
  color: 'inherit',
  background: 'transparent',
  border: '1px solid currentColor',
} as const
