import { readFileSync } from 'node:fs'

/** The first fenced block of a language in a page of the documentation. */
export function blockIn(page: string, language: string): string {
  const fence = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm')
  const [, block] = fence.exec(readFileSync(page, 'utf8')) ?? []
  if (!block) throw new Error(`${page} has no block in ${language}`)
  return block
}
