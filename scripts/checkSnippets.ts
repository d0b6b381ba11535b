/**
 * Compiles the TypeScript of the documentation against the built package, as if a reader had copied
 * it. `snippetGlobals.d.ts` declares what the snippets assume (`payload`, `request`, …).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { filesUnder } from './filesUnder.ts'
import { snippetsIn } from './snippetsIn.ts'

const PAGES = ['README.md', ...filesUnder('docs')].filter((file) => file.endsWith('.md'))
/** The generated reference comes from docstrings, which are next to their types. */
const GENERATED = /<!-- reference -->[\s\S]*<!-- \/reference -->/
/** They need packages that only their test installs, and it compiles them. */
const ADAPTERS = /<!-- adapters: [\s\S]*?<!-- \/adapters -->/g
/** `return` outside a function: a snippet may be the body of one. */
const ALLOWED = new Set([1108])

// Inside the package, so that the package's name resolves to its exports.
const folder = path.resolve('test-results/snippets')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const files = new Map(
  PAGES.flatMap(snippetsOf).map(({ file, text, at }) => [write(file, text), at]),
)

const program = ts.createProgram([...files.keys(), path.resolve('scripts/snippetGlobals.d.ts')], {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
})
const faults = ts
  .getPreEmitDiagnostics(program)
  .filter(({ code }) => !ALLOWED.has(code))
  .map(({ file, messageText, start = 0 }) => {
    const at = file && files.get(file.fileName)
    const line = file ? file.getLineAndCharacterOfPosition(start).line : 0
    const place = at ? `${at.page}:${at.line + line}` : (file?.fileName ?? '')
    return `${place} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}
rmSync(folder, { recursive: true, force: true })
console.log(`Snippets: ${files.size} of ${PAGES.length} pages compile`)

function snippetsOf(page: string) {
  const text = readFileSync(page, 'utf8').replace(GENERATED, '')
  return snippetsIn(text.replaceAll(ADAPTERS, '')).map(({ name, code }) => ({
    file: path.join(path.basename(page, '.md'), name),
    text: code,
    at: { page, line: lineOf(text, code) },
  }))
}

function lineOf(text: string, code: string): number {
  return text.slice(0, text.indexOf(code)).split('\n').length
}

/**
 * Each snippet is its own module, so that names may repeat. A page may name one in its first line,
 * `// verify.ts`, so that its other snippets can import it.
 */
function write(name: string, text: string): string {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, /^(?:import|export) /m.test(text) ? text : `${text}\nexport {}\n`)
  return file
}
