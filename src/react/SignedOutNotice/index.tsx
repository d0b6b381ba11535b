'use client'

import type { ReactNode } from 'react'
import { en } from '../labels/en.js'
import type { Labels } from '../labels/Labels.js'
import { useSignedOutReason } from '../useSignedOutReason.js'

export interface SignedOutNoticeProps {
  /**
   * Shown while there is nothing to tell.
   *
   * @default nothing
   */
  children?: ReactNode
  /**
   * Of the paragraph that tells.
   *
   * @default none
   */
  className?: string
  /**
   * The texts; see `labels`.
   *
   * @default labels.en
   */
  labels?: Labels
}

/** For the login page: says why this tab was signed out, once. */
export function SignedOutNotice({ children, className, labels = en }: SignedOutNoticeProps) {
  const reason = useSignedOutReason()
  // The region is there before its text, or a screen reader would not read the text out.
  return (
    <div role="status">
      {reason ? <p className={className}>{labels.signedOut.reasons[reason]}</p> : children}
    </div>
  )
}
