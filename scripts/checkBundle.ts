/**
 * Bundles `/next` as an app would and shows what is in it: the guard must carry neither Payload
 * nor React nor ioredis, or it would evaluate a whole app in the proxy.
 */
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const { metafile, outputFiles } = await build({
  entryPoints: ['dist/next/index.js'],
  bundle: true,
  format: 'esm',
  minify: true,
  metafile: true,
  platform: 'neutral',
  write: false,
})

const strangers = [
  ...Object.keys(metafile.inputs).filter((file) => !/^dist\/(?:next|core)\//.test(file)),
  ...Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path)),
]
if (strangers.length > 0) {
  console.error(
    `/next must hold the guard and the core alone, but it holds: ${strangers.join(', ')}`,
  )
  process.exit(1)
}

const [output] = outputFiles
const bytes = output ? gzipSync(output.contents).length : 0
console.log(
  `/next: ${Object.keys(metafile.inputs).length} modules, ${(bytes / 1024).toFixed(1)} kB minified and compressed, no imports`,
)
