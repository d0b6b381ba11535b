/**
 * Makes the reference in `docs/configuration.md` from what the package exports and how its types
 * document it: `--write` writes it, otherwise a page that is out of date fails, and so does an
 * export or an option that nobody documented, or an option without its `@default`.
 */
import { keepGenerated } from './generatedPart.ts'
import { type Exported, type Member, publicSurface } from './publicSurface.ts'

const PAGE = 'docs/configuration.md'

const entries = publicSurface()
const undocumented = entries.flatMap(({ specifier, exports }) =>
  exports.flatMap((each) => gapsOf(each).map((name) => `${specifier}: ${name}`)),
)
if (undocumented.length > 0) {
  console.error(`Public, but not documented:\n${undocumented.join('\n')}`)
  process.exit(1)
}
keepGenerated(PAGE, {
  name: 'reference',
  text: entries
    .map(
      ({ specifier, exports }) =>
        `## ${specifier}\n\n${inOrder(exports).map(section).join('\n\n')}`,
    )
    .join('\n\n'),
})
console.log(`${PAGE}: ${entries.flatMap(({ exports }) => exports).length} exports`)

/** Options need words of their own and a default; of other types their names may say enough. */
function gapsOf({ kind, members, name, text }: Exported): string[] {
  if (isOptions(name)) return members.flatMap((each) => gapsOfOption(each, name))
  return kind === 'type' || text ? [] : [name]
}

function gapsOfOption(option: Member, within: string): string[] {
  const { isOptional, members, name, text } = option
  const path = `${within}.${name}`
  const isGroup = members.length > 0 && !text
  return [
    ...(text || isGroup ? [] : [path]),
    ...(!isOptional || isGroup || option.default ? [] : [`${path}, its @default`]),
    ...members.flatMap((each) => gapsOfOption(each, path)),
  ]
}

function isOptions(name: string): boolean {
  return /(?:Options|Props|Hooks)$/.test(name)
}

/** What is called first, then the options that it takes, then other options and other types. */
function inOrder(exports: readonly Exported[]): Exported[] {
  const calls = exports.filter(({ kind }) => kind !== 'type').map(({ signature }) => signature)
  const rank = ({ kind, name }: Exported) => {
    if (kind !== 'type') return 0
    if (!isOptions(name)) return 3
    return calls.some((signature) => signature.includes(name)) ? 1 : 2
  }
  return [...exports].sort((a, b) => rank(a) - rank(b))
}

function section(each: Exported): string {
  const { example, kind, members, name, signature, text } = each
  const parts = [`### ${name}`]
  if (kind === 'function') parts.push(code(name + signature))
  else if (kind === 'type' && signature) parts.push(code(signature))
  if (text) parts.push(text)
  if (example) parts.push(`\`\`\`ts\n${example}\n\`\`\``)
  if (members.length > 0) {
    parts.push(isOptions(name) ? members.map(option).join('\n\n') : list(members))
  }
  return parts.join('\n\n')
}

function option(member: Member): string {
  const { example, members, name, text, type } = member
  const parts = [`#### ${name}`, code(type)]
  if (text) parts.push(text)
  if (member.default) parts.push(defaultOf(member))
  if (example) parts.push(`\`\`\`ts\n${example}\n\`\`\``)
  if (members.length > 0) parts.push(list(members))
  return parts.join('\n\n')
}

function list(members: readonly Member[], indent = ''): string {
  return members
    .map((member) => {
      const { isOptional, members: inner, name, text, type } = member
      const head = code(type.startsWith(name) ? type : `${name}${isOptional ? '?' : ''}: ${type}`)
      const words = [text.replace(/\n\n/g, ' '), member.default && defaultOf(member)]
      const said = words.filter(Boolean).join(' ')
      const line = `${indent}- ${head}${said ? `: ${said}` : ''}`
      return inner.length > 0 ? `${line}\n${list(inner, `${indent}  `)}` : line
    })
    .join('\n')
}

/** A value, and what is said to it after a comma, or words alone. */
function defaultOf({ default: text = '' }: Member): string {
  const [, value, rest] =
    /^('[^']*'|\d[\d_.]*|true|false|labels\.en|\[.*\]|\{.*\})(.*)$/.exec(text) ?? []
  return `Default: ${value === undefined ? text : code(value) + rest}.`
}

/** Between double backticks, a single one stands for itself. */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}
