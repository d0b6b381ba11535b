import type { FormState } from 'payload'
import { expect, it } from 'vitest'
import { typedText } from '../../src/admin/typedText.js'

const typed = (fields: FormState, masked: string[] = []) =>
  typedText(fields, (path) => masked.includes(path))

const paragraph = (...children: object[]) => ({ type: 'paragraph', children })
const text = (words: string) => ({ type: 'text', text: words })

it('tells what was changed, under the name of the field, and nothing else', () => {
  const fields = {
    title: { value: 'A new title', initialValue: 'A title' },
    subtitle: { value: 'As it was', initialValue: 'As it was' },
    summary: { value: '', initialValue: 'What was deleted' },
    count: { value: 3 },
    updatedAt: { value: '2026-01-02', initialValue: '2026-01-01' },
  }
  expect(typed(fields)).toBe('Title:\nA new title\n\nCount:\n3')
})

it('tells the fields of rows, and not how many rows there are', () => {
  const fields = {
    layout: { value: 1, initialValue: 0, rows: [{ id: 'a' }], disableFormData: true },
    'layout.0.id': { value: 'a' },
    'layout.0.blockType': { value: 'quote' },
    'layout.0.quotedText': { value: 'Words' },
  }
  expect(typed(fields)).toBe('Layout 1 Quoted Text:\nWords')
})

it('never tells a password or another secret', () => {
  const fields = {
    password: { value: 'first-password' },
    'confirm-password': { value: 'first-password' },
    apiKey: { value: 'a-key' },
    pin: { value: '1234' },
    'shop.clientSecret': { value: 'a-secret' },
    email: { value: 'a@example.com' },
  }
  expect(typed(fields, ['pin'])).toBe('Email:\na@example.com')
})

it('tells rich text as plain text', () => {
  const link = { type: 'link', fields: { url: 'https://example.com' }, children: [text('a link')] }
  const root = {
    type: 'root',
    children: [
      paragraph(text('One '), text('line'), { type: 'linebreak' }, text('and '), link),
      { type: 'list', children: [{ type: 'listitem', children: [text('an item')] }] },
      { type: 'block', fields: { id: 'x', blockType: 'note', note: 'in a block' } },
    ],
  }
  expect(typed({ body: { value: { root } } })).toBe(
    'Body:\nOne line\nand a link (https://example.com)\nan item\nin a block',
  )
})

it('tells rich text of the older editor, relationships and choices', () => {
  const fields = {
    body: { value: [{ children: [{ text: 'One' }] }, { children: [{ text: 'Two' }] }] },
    author: { value: { relationTo: 'users', value: 7 } },
    tags: { value: ['red', 'green'] },
  }
  expect(typed(fields)).toBe('Body:\nOne\nTwo\n\nAuthor:\n7\n\nTags:\nred, green')
})
