import { readFileSync } from 'node:fs'
import path from 'node:path'
import { repository } from '../support/childProcess.js'

/** What the README tells its reader to do: lines for the shell, or code for a file. */
export type Step =
  | { readonly kind: 'shell'; readonly lines: string }
  | { readonly kind: 'code'; readonly file: string; readonly code: string }

/** The steps between `<!-- name -->` and `<!-- /name -->` in the README, in their order. */
export function readmeSteps(name: string): Step[] {
  const readme = readFileSync(path.join(repository, 'README.md'), 'utf8')
  const section = new RegExp(`<!-- ${name}[^>]*-->([\\s\\S]*?)<!-- /${name} -->`).exec(readme)?.[1]
  if (!section) throw new Error(`The README has no part named ${name}`)
  const blocks = [...section.matchAll(/([^`]*(?:`[^`\n]+`[^`]*)*)```(sh|ts)\n([\s\S]*?)```/g)]
  return blocks.map(([, prose = '', language, text = '']) => {
    if (language === 'sh') return { kind: 'shell', lines: text }
    const file = /`([^`]+\.ts)`/.exec(prose)?.[1]
    if (!file) throw new Error(`The README does not say in which file this goes:\n${text}`)
    return { kind: 'code', file, code: text }
  })
}

/**
 * Does what a reader does with lines for a config that is there already: the imports go to the
 * top, and the plugin comes after those that are there.
 */
export function mergeIntoConfig(config: string, code: string): string {
  const imports = code.match(/^import .*$/gm)?.join('\n')
  const [, plugin] = /plugins: \[(.*)\],?/.exec(code) ?? []
  const [line, others] = /plugins: \[(.*)\],/.exec(config) ?? []
  if (!imports || !plugin || line === undefined) {
    throw new Error('The README has no lines for the config, or the config no place for them')
  }
  const all = [others, plugin].filter(Boolean).join(', ')
  return `${imports}\n${config.replace(line, `plugins: [${all}],`)}`
}
