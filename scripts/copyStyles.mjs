/**
 * Puts the stylesheets of `src` beside the built modules that import them, and takes the imports
 * out of the declarations, where a compiler would look for types in them.
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const filesOf = (folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' })

for (const file of filesOf('src')) {
  if (file.endsWith('.css')) copyFileSync(path.join('src', file), path.join('dist', file))
}

for (const file of filesOf('dist')) {
  if (!file.endsWith('.d.ts')) continue
  const declaration = path.join('dist', file)
  const text = readFileSync(declaration, 'utf8')
  const types = text.replaceAll(/^import '[^']+\.css';\n/gm, '')
  if (types !== text) writeFileSync(declaration, types)
}
