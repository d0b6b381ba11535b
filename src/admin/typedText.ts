import type { FormState } from 'payload'
import { toWords } from 'payload/shared'
import { textOf } from './textOf.js'

/** Secrets, whatever their input looks like. */
const SECRET = /password|secret|token|api-?key/i
/** Written by Payload itself, not by a person. */
const NOT_TYPED = new Set(['id', 'blockType', 'createdAt', 'updatedAt', '_status'])

/**
 * What was typed into a form and is not saved, as text under the fields' names. Never a password or
 * another secret.
 *
 * @param isMasked whether the field at this path hides what is typed
 */
export function typedText(fields: FormState, isMasked: (path: string) => boolean): string {
  const parts: string[] = []
  for (const [path, { disableFormData, initialValue, rows, value }] of Object.entries(fields)) {
    const name = path.split('.').at(-1) ?? ''
    // Of an array or blocks, the fields of its rows have the text.
    if (rows || disableFormData || NOT_TYPED.has(name)) continue
    if (SECRET.test(name) || isMasked(path)) continue
    const text = textOf(value)
    if (text === '' || text === textOf(initialValue)) continue
    parts.push(`${nameOf(path)}:\n${text}`)
  }
  return parts.join('\n\n')
}

/** `layout.0.heading` is `Layout 1 Heading`. */
const nameOf = (path: string) =>
  path
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : toWords(part)))
    .join(' ')
