import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Compares the part of a page between `<!-- name … -->` and `<!-- /name -->` with the given text.
 * With `--write` it writes the text; otherwise it fails if they differ.
 */
export function keepGenerated(page: string, { name, text }: { name: string; text: string }): void {
  const content = readFileSync(page, 'utf8')
  const part = new RegExp(`(<!-- ${name}(?:[: ][^>]*)?-->\\n)([\\s\\S]*?)(<!-- /${name} -->)`)
  const found = part.exec(content)
  if (!found) throw new Error(`${page} has no part named ${name}`)
  const wanted = `\n${text.trim()}\n\n`
  if (found[2] === wanted) return
  if (process.argv.includes('--write')) {
    writeFileSync(
      page,
      content.replace(part, (_, begin, __, end) => begin + wanted + end),
    )
    console.log(`${page}: ${name} written`)
    return
  }
  console.error(`${page} does not say what is so (${name}): run \`npm run docs\``)
  process.exitCode = 1
}
