/**
 * Checks every relative link and image of the documentation. The file must exist, and so must the
 * heading of an anchor, by GitHub's rule for anchors. Every test that is named as `test/…`, with or
 * without its extension, must exist too. Web addresses are not checked.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { filesUnder } from './filesUnder.ts'

const pages = [...readdirSync('.'), ...filesUnder('docs')].filter((file) => file.endsWith('.md'))
const broken = pages.flatMap((page) => [
  ...linksOf(page).flatMap((link) => faultOf(page, link)),
  ...testsOf(page).flatMap((test) => faultOfTest(page, test)),
])
if (broken.length > 0) {
  console.error(broken.join('\n'))
  process.exit(1)
}
console.log(`Links: ${pages.length} pages, every file, heading and test they name is there`)

function linksOf(page: string): string[] {
  const prose = withoutCode(readFileSync(page, 'utf8'))
  const markdown = prose.matchAll(/\]\(([^()\s]+(?:\([^()\s]*\))?[^()\s]*)\)/g)
  const html = prose.matchAll(/\b(?:href|src|srcset)="([^"\s]+)"/g)
  return [...markdown, ...html].flatMap(([, link = '']) => (/^[a-z]+:/.test(link) ? [] : [link]))
}

function testsOf(page: string): string[] {
  const prose = withoutBlocks(readFileSync(page, 'utf8'))
  return [...prose.matchAll(/`(test\/[^`\s]+)`/g)].map(([, test = '']) => test)
}

function faultOfTest(page: string, test: string): string[] {
  const isThere = ['', '.test.ts', '.spec.ts'].some((end) => existsSync(test + end))
  return isThere ? [] : [`${page}: \`${test}\` names a test that does not exist`]
}

function faultOf(page: string, link: string): string[] {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? page : path.join(path.dirname(page), decodeURI(file))
  if (!existsSync(target)) return [`${page}: ${link} names a file that does not exist`]
  if (!anchor) return []
  if (statSync(target).isDirectory() || !target.endsWith('.md')) {
    return [`${page}: ${link} names a heading in something that has none`]
  }
  return anchorsOf(target).has(anchor) ? [] : [`${page}: ${link} names no heading of ${target}`]
}

function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>()
  const headings = withoutBlocks(readFileSync(page, 'utf8')).matchAll(/^#{1,6} (.+)$/gm)
  for (const [, heading = ''] of headings) {
    const stem = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-')
    let anchor = stem
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${stem}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

function withoutBlocks(text: string): string {
  return text.replace(/^( *)(```|~~~)[\s\S]*?^ *\2/gm, '')
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replace(/`[^`\n]*`/g, '')
}
