'use server'

import config from '@payload-config'
import { login } from '@payloadcms/next/auth'
import { redirect } from 'next/navigation'
import { safeRedirect } from '../../../lib/safeRedirect.ts'

export interface LoginState {
  email: string
  error?: string
}

export async function logIn(_: LoginState, form: FormData): Promise<LoginState> {
  const email = String(form.get('email') ?? '')
  const password = String(form.get('password') ?? '')
  if (!email || !password) return { email, error: 'Fill in both the email and the password.' }
  try {
    await login({ collection: 'users', config, email, password })
  } catch (error) {
    if (isForTheVisitor(error)) return { email, error: error.message }
    throw error
  }
  redirect(safeRedirect(form.get('redirect'), '/account'))
}

/**
 * Payload marks errors such as a wrong password or a locked account as public. `instanceof` would
 * not work, because another bundle of this process may have started Payload with its own classes.
 */
function isForTheVisitor(error: unknown): error is Error {
  return error instanceof Error && 'isPublic' in error && error.isPublic === true
}
