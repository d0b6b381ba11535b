/**
 * Copies the stylesheets of `src` next to the built modules that import them. Removes the imports
 * from the declarations, because a compiler would look for types there.
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
