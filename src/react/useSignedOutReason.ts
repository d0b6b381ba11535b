'use client'

import { useEffect, useState } from 'react'
import { forgetReason, readReason } from './reasonStorage.js'
import type { SignOutReason } from './signOutReason.js'

/**
 * Why this tab was signed out, for the login page; told once, and `undefined` at first, while the
 * page is rendered on the server. Only what `LiveLogout` left in this tab: nobody can bring it
 * about by a link, and no other tab shows it.
 */
export function useSignedOutReason(): SignOutReason | undefined {
  const [reason, setReason] = useState<SignOutReason>()
  useEffect(() => {
    const left = readReason()
    if (left) setReason(left)
    forgetReason()
  }, [])
  return reason
}
