import path from 'node:path'
import { build } from 'esbuild'
import { repository } from './childProcess.js'

/** A page of `test/support/pages` as one text of HTML, as a single-page app would be built. */
export async function bundledPage(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(repository, 'test/support/pages', name)],
    bundle: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    format: 'iife',
    jsx: 'automatic',
    minify: true,
    write: false,
  })
  const script = (outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script')
  return `<!doctype html><meta charset="utf-8"><title>Page</title><body><script>${script}</script>`
}
