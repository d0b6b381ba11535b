/**
 * Makes the reference in `docs/configuration.md` from the package's exports and their types.
 * `--write` writes it. Otherwise it fails if the page is out of date, if an export or an option has
 * no documentation, or if an option has no `@default`.
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

/** Every option needs its own text and a default. Other members may be clear from their names. */
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

/**
 * The plugin first, then the other calls, each with its options and nested options, then other
 * types.
 */
function inOrder(exports: readonly Exported[]): Exported[] {
  const placed = new Set<Exported>()
  const place = (each: Exported) => {
    if (placed.has(each)) return
    placed.add(each)
    const used = [each.signature, ...each.members.map(({ type }) => type)].join(' ')
    exports.filter(({ name }) => isOptions(name) && mentions(used, name)).forEach(place)
  }
  exports.filter(({ signature }) => signature.endsWith(': Plugin')).forEach(place)
  exports.filter(({ kind }) => kind !== 'type').forEach(place)
  exports.filter(({ name }) => isOptions(name)).forEach(place)
  exports.forEach(place)
  return [...placed]
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(text)
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
  const parts = [`#### ${name}`, linked(type)]
  if (text) parts.push(text)
  if (member.default) parts.push(defaultOf(member))
  if (example) parts.push(`\`\`\`ts\n${example}\n\`\`\``)
  if (members.length > 0) parts.push(list(members))
  return parts.join('\n\n')
}

/** Links to the section of the options type, if there is one. */
function linked(type: string): string {
  const options = entries
    .flatMap(({ exports }) => exports)
    .find(({ name }) => isOptions(name) && mentions(type, name))
  return options ? `[${code(type)}](#${options.name.toLowerCase()})` : code(type)
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

/** A value with a remark after a comma, or only words. */
function defaultOf({ default: text = '' }: Member): string {
  const [, value, rest] =
    /^('[^']*'|\d[\d_.]*|true|false|labels\.en|\[.*\]|\{.*\})(.*)$/.exec(text) ?? []
  return `Default: ${value === undefined ? text : code(value) + rest}.`
}

/** Code that contains a backtick needs double backticks around it. */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}
