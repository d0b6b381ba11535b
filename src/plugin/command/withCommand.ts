import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from 'payload'
import { isPayload4 } from '../config/payloadVersion.js'

/** Where Payload 3 (`bin`) and Payload 4 (`cli`) look for commands. */
interface Commands {
  bin?: readonly object[]
  cli?: { commands?: Readonly<Record<string, object>> } | false
}

const NAME = 'revocation'

/** Adds `payload revocation …`. Payload's own program loads it by the path of its file. */
export function withCommand(config: Config): Config {
  const { bin = [], cli = {} } = config as Commands
  if (!isPayload4) {
    return { ...config, bin: [...bin, { key: NAME, scriptPath: fileOf('script') }] } as Config
  }
  if (cli === false) return config
  const command = { path: fileOf('cliCommand'), exportName: 'cliCommand' }
  return { ...config, cli: { ...cli, commands: { ...cli.commands, [NAME]: command } } } as Config
}

const here = fileURLToPath(import.meta.url)

const fileOf = (name: string) => path.join(path.dirname(here), `${name}${path.extname(here)}`)
