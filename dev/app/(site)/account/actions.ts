'use server'

import config from '@payload-config'
import { logout } from '@payloadcms/next/auth'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getPayload } from 'payload'

const minimumLength = 8

export interface PasswordState {
  done?: string
  error?: string
}

export async function logOut(): Promise<void> {
  await logout({ config })
  redirect('/login?left=here')
}

export async function changePassword(_: PasswordState, form: FormData): Promise<PasswordState> {
  const payload = await getPayload({ config })
  const { user } = await payload.auth({ headers: await headers() })
  if (user?.collection !== 'users') redirect('/login?redirect=/account')

  const password = String(form.get('password') ?? '')
  if (password.length < minimumLength) {
    return { error: `Use at least ${minimumLength} characters.` }
  }
  await payload.update({
    collection: 'users',
    id: user.id,
    data: { password },
    overrideAccess: false,
    user,
  })
  return { done: 'Password changed. Your other sessions have ended; this one goes on.' }
}
