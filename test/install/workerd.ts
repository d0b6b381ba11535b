import { writeFileSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'
import { freePort } from '../support/freePort.js'
import { startProgram } from '../support/startProgram.js'

interface Worker {
  /** Where it is, with what it imports. */
  folder: string
  /** Its file, without `.ts`. */
  name: string
  /** What it finds in `env`. */
  env: Readonly<Record<string, string>>
  /** Modules of Node.js are there only with `nodejs_compat`. */
  isNode: boolean
}

/** Bundles a worker as Wrangler does, and runs it in the runtime of Cloudflare Workers. */
export async function startWorker({ folder, name, env, isNode }: Worker) {
  const port = await freePort()
  await bundle(path.join(folder, `${name}.ts`), path.join(folder, `${name}.js`))
  const bindings = Object.entries(env).map(
    ([key, value]) => `(name = ${JSON.stringify(key)}, text = ${JSON.stringify(value)})`,
  )
  writeFileSync(
    path.join(folder, `${name}.capnp`),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "${name}.js")],
  compatibilityDate = "2026-07-01",
  compatibilityFlags = [${isNode ? '"nodejs_compat"' : ''}],
  bindings = [${bindings.join(', ')}],
);
`,
  )
  const program = createRequire(path.join(folder, 'package.json'))('workerd').default as string
  return startProgram({ program, args: ['serve', `${name}.capnp`], cwd: folder, port })
}

const NODE = new Set(builtinModules)

async function bundle(source: string, target: string) {
  await build({
    ...{ entryPoints: [source], outfile: target, bundle: true, format: 'esm' },
    ...{ platform: 'neutral', mainFields: ['module', 'main'], external: ['cloudflare:*'] },
    plugins: [
      {
        name: 'modules of Node.js',
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /^(?:node:)?[\w/]+$/ }, ({ path: name }) => {
            const own = name.replace(/^node:/, '')
            return NODE.has(own) ? { path: own, namespace: 'node' } : undefined
          })
          onLoad({ filter: /./, namespace: 'node' }, ({ path: name }) => ({
            contents: `module.exports = process.getBuiltinModule('node:${name}')`,
          }))
        },
      },
    ],
  })
}
