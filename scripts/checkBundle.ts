/**
 * Bundles `/next`, `/verify`, `/http` and `/react` as an app would, and shows their content. All but
 * the last must contain neither Payload nor React nor ioredis, nor a module of Node.js: the proxy
 * would evaluate a whole app, and other runtimes could not run them. The code for a
 * site's browser must contain only itself and import only React. The README states their sizes.
 */
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { keepGenerated } from './generatedPart.ts'

const guard = await check({
  name: '/next',
  entry: 'dist/next/index.js',
  mayHold: /^dist\/(?:next|core)\//,
  mayImport: new Set(),
})
await check({
  name: '/verify',
  entry: 'dist/verify/index.js',
  mayHold: /^dist\/(?:verify|core)\//,
  mayImport: new Set(),
})
await check({
  name: '/http',
  entry: 'dist/http/index.js',
  mayHold: /^dist\/(?:http|core)\//,
  mayImport: new Set(),
})
const react = await check({
  name: '/react',
  entry: 'dist/exports/react.js',
  mayHold: /^dist\/(?:exports\/react\.js|react\/)/,
  mayImport: new Set(['react', 'react/jsx-runtime']),
})
keepGenerated('README.md', {
  name: 'bundle',
  text: `Minified and compressed, \`/next\` is less than ${Math.ceil(guard)} kB and imports nothing; \`/react\` is less than ${Math.ceil(react)} kB.`,
})

interface Bundle {
  name: string
  entry: string
  mayHold: RegExp
  mayImport: ReadonlySet<string>
}

/** @returns kB, minified and compressed */
async function check({ name, entry, mayHold, mayImport }: Bundle): Promise<number> {
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    external: [...mayImport],
    format: 'esm',
    minify: true,
    metafile: true,
    platform: 'neutral',
    write: false,
  })
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports)
  const strangers = [
    ...Object.keys(metafile.inputs).filter((file) => !mayHold.test(file)),
    ...imported.map(({ path }) => path).filter((path) => !mayImport.has(path)),
  ]
  if (strangers.length > 0) {
    console.error(`${name} holds what it must not: ${strangers.join(', ')}`)
    process.exit(1)
  }
  const [output] = outputFiles
  const kB = (output ? gzipSync(output.contents).length : 0) / 1024
  const modules = Object.keys(metafile.inputs).length
  console.log(`${name}: ${modules} modules, ${kB.toFixed(1)} kB minified and compressed`)
  return kB
}
