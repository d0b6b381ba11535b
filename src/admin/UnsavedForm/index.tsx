'use client'

import { useDocumentTitle, useForm, useFormModified } from '@payloadcms/ui'
import { useEffect, useRef } from 'react'
import { typedText } from '../typedText.js'
import { addUnsavedForm } from '../unsavedForms.js'

/**
 * In the form of a document: knows what was typed there, for the cover that takes its place when the
 * session ends (`AdminLiveLogout`). Shows nothing.
 */
export function UnsavedForm() {
  const { getFields } = useForm()
  const isModified = useFormModified()
  const { title } = useDocumentTitle()

  const read = () => {
    const typed = isModified ? typedText(getFields(), isMasked) : ''
    return typed === '' ? undefined : [title, typed].filter(Boolean).join('\n\n')
  }
  const latest = useRef(read)
  useEffect(() => {
    latest.current = read
  })
  useEffect(() => addUnsavedForm(() => latest.current()), [])
  return null
}

/** Whether a field is one that hides what is typed. */
const isMasked = (path: string) =>
  [...document.querySelectorAll<HTMLInputElement>('input[type="password"]')].some(
    ({ id, name }) => name === path || id === `field-${path.replaceAll('.', '__')}`,
  )
