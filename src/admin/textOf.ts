/** A node of rich text, of Lexical or Slate. */
interface RichTextNode {
  readonly type?: string
  readonly text?: string
  readonly url?: string
  readonly fields?: Readonly<Record<string, unknown>>
  readonly children?: readonly RichTextNode[]
}

const INLINE = new Set(['text', 'linebreak', 'tab', 'link', 'autolink', 'inlineBlock'])

/** The value of a field of any kind as plain text; empty where it has none. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (value instanceof File) return value.name
  if (Array.isArray(value)) {
    return value.some(isNode) ? richText({ children: value }) : value.map(textOf).join(', ')
  }
  if (typeof value !== 'object') return String(value)
  if ('root' in value && isNode(value.root)) return richText(value.root)
  // A relationship with several collections.
  if ('relationTo' in value && 'value' in value) return textOf(value.value)
  return JSON.stringify(value)
}

const isNode = (value: unknown): value is RichTextNode =>
  typeof value === 'object' && value !== null && 'children' in value

/** Paragraphs, list items and the like are lines. */
function richText({ type, text, url, fields, children = [] }: RichTextNode): string {
  if (text !== undefined) return text
  if (type === 'linebreak') return '\n'
  if (type === 'block' || type === 'inlineBlock') return ownFields(fields)
  const isLine = children.every((child) => child.text !== undefined || isInline(child))
  const inner = children.map(richText).join(isLine ? '' : '\n')
  const address = url ?? fields?.url
  return typeof address === 'string' ? `${inner} (${address})` : inner
}

const isInline = ({ type = '' }: RichTextNode) => INLINE.has(type)

const ownFields = (fields: RichTextNode['fields'] = {}) =>
  Object.entries(fields)
    .filter(([name]) => name !== 'id' && name !== 'blockType')
    .map(([, value]) => textOf(value))
    .filter((text) => text !== '')
    .join('\n')
