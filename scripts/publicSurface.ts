import { readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

/** One export of the package, as its declaration documents it. */
export interface Exported {
  readonly name: string
  readonly kind: 'function' | 'component' | 'type'
  /** A function's parameters and result, or the text of a type without members. */
  readonly signature: string
  readonly text: string
  readonly example: string | undefined
  readonly members: readonly Member[]
}

/** A property or method of an exported type, with its own members. */
export interface Member {
  readonly name: string
  readonly type: string
  readonly isOptional: boolean
  readonly text: string
  /** The text of its `@default`: a value, or words. */
  readonly default: string | undefined
  readonly example: string | undefined
  readonly members: readonly Member[]
}

export interface Entry {
  /** The import specifier. */
  readonly specifier: string
  readonly exports: readonly Exported[]
}

/** The exports in `package.json`, read from the sources of the built files. */
export function publicSurface(): Entry[] {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
  const entries = Object.entries(manifest.exports).map(([subpath, target]) => ({
    specifier: path.posix.join(manifest.name, subpath),
    file: sourceOf(target.default),
  }))
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile('tsconfig.json', ts.sys.readFile).config,
    ts.sys,
    '.',
  )
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    options,
  )
  const checker = program.getTypeChecker()
  const modules = entries.map(({ specifier, file }) => {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    if (!module) throw new Error(`${file} exports nothing`)
    return { specifier, symbols: checker.getExportsOfModule(module) }
  })
  const names = modules.flatMap(({ symbols }) => symbols.map(({ name }) => name))
  const sources = { checker, exported: new Set(names) }
  return modules.map(({ specifier, symbols }) => ({
    specifier,
    exports: symbols.map((symbol) => describe(symbol, sources)),
  }))
}

interface Sources {
  readonly checker: ts.TypeChecker
  /** The types that have their own section. */
  readonly exported: ReadonlySet<string>
}

interface Manifest {
  name: string
  exports: Record<string, { default: string }>
}

function sourceOf(built: string): string {
  const stem = built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '')
  return ts.sys.fileExists(`${stem}.tsx`) ? `${stem}.tsx` : `${stem}.ts`
}

function describe(symbol: ts.Symbol, sources: Sources): Exported {
  const { checker } = sources
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const [declaration] = target.declarations ?? []
  if (!declaration) throw new Error(`${symbol.name} has no declaration`)
  const type = checker.getTypeOfSymbolAtLocation(target, declaration)
  const [call] = type.getCallSignatures()
  const isType = !(target.flags & ts.SymbolFlags.Value)
  return {
    name: symbol.name,
    kind: isType || !call ? 'type' : /^[A-Z]/.test(symbol.name) ? 'component' : 'function',
    signature: call ? checker.signatureToString(call) : ownText(declaration, sources),
    ...documented(target, sources),
    members: isType ? membersOf(declaration, sources) : [],
  }
}

function membersOf(node: ts.Node, sources: Sources): Member[] {
  const members =
    ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node) ? [...node.members] : []
  const inherited = basesOf(node, sources).flatMap((base) => membersOf(base, sources))
  const own = members.flatMap((member) => {
    const symbol = member.name && sources.checker.getSymbolAtLocation(member.name)
    if (!symbol) return []
    const signature = member.getText().replace(/;$/, '')
    const type = ts.isPropertySignature(member) ? member.type : undefined
    const inner = type && literalIn(type)
    return {
      name: symbol.name,
      type: oneLine(inner ? 'object' : ((type && choicesOf(type, sources)) ?? signature)),
      isOptional: Boolean(symbol.flags & ts.SymbolFlags.Optional),
      ...documented(symbol, sources),
      members: inner ? membersOf(inner, sources) : [],
    }
  })
  return [...own, ...inherited]
}

/** The interfaces that this one extends, unless they have their own section. */
function basesOf(node: ts.Node, { checker, exported }: Sources): ts.Node[] {
  const clauses = ts.isInterfaceDeclaration(node) ? (node.heritageClauses ?? []) : []
  return clauses
    .flatMap(({ types }) => [...types])
    .filter(({ expression }) => !exported.has(expression.getText()))
    .flatMap(({ expression }) => checker.getTypeAtLocation(expression).symbol.declarations ?? [])
}

/** The values of a union type without its own section, otherwise the type as written. */
function choicesOf(node: ts.TypeNode, { checker, exported }: Sources): string {
  if (ts.isTypeReferenceNode(node) && exported.has(node.typeName.getText())) return node.getText()
  const type = checker.getTypeFromTypeNode(node)
  const literals = type.isUnion() ? type.types : [type]
  return literals.every((each) => each.isStringLiteral())
    ? literals.map((each) => checker.typeToString(each)).join(' | ')
    : node.getText()
}

/** `{ … }`, alone or as one member of a union. */
function literalIn(type: ts.TypeNode): ts.TypeLiteralNode | undefined {
  if (ts.isTypeLiteralNode(type)) return type
  return ts.isUnionTypeNode(type) ? type.types.find(ts.isTypeLiteralNode) : undefined
}

const ownText = (declaration: ts.Declaration, sources: Sources): string =>
  ts.isTypeAliasDeclaration(declaration) ? oneLine(choicesOf(declaration.type, sources)) : ''

function documented(symbol: ts.Symbol, { checker }: Sources) {
  const tags = symbol.getJsDocTags(checker)
  const tag = (name: string) => {
    const found = tags.find((each) => each.name === name)
    return found && ts.displayPartsToString(found.text)
  }
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  const errors = tag('throws')
  return {
    text: plain([text, errors && `Errors: ${errors}.`].filter(Boolean).join('\n\n')),
    example: tag('example'),
    default: tag('default')?.replace(/\s+/g, ' '),
  }
}

const plain = (text: string) =>
  text.replace(/\{@link (\S+)\}/g, '`$1`').replace(/(\S)\n(?!\n)(?=\S)/g, '$1 ')

const oneLine = (text: string) =>
  text
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/\( /g, '(')
    .replace(/, \)/g, ')')
    .replace(/ \| undefined/g, '')
    .replace(/"(\w[\w-]*)"/g, "'$1'")
    .replace(/^[ |]+/, '')
    .trim()
