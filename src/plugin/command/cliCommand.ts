import type { SanitizedConfig } from 'payload'
import { argumentsOf, run } from './script.js'
import { USAGE } from './usage.js'

/** The schema and the checks of Payload's `defineCLICommand`, which Payload 3 does not have. */
const ARGUMENTS = {
  type: 'object',
  properties: { args: { type: 'array', items: { type: 'string' } } },
}

const input = {
  '~standard': {
    version: 1,
    vendor: 'payload-jwt-revocation',
    validate: (value: unknown) => ({ value }),
    jsonSchema: { input: () => ARGUMENTS, output: () => ARGUMENTS },
  },
}

/**
 * `payload revocation …` of Payload 4. It parses its arguments itself, as on Payload 3. With
 * `--json`, Payload prints the answer as `result` of an object of its own.
 */
export const cliCommand = {
  description: 'Revokes, lifts, explains and lists tokens, sessions and users.',
  // Payload answers `--help` itself, with these lines in it.
  examples: USAGE.split('\n'),
  allowUnknownOption: true,
  cli: { args: 'argument' },
  input,
  schema: ARGUMENTS,
  async handler({ getConfig }: { getConfig: () => Promise<SanitizedConfig> }) {
    let result: object | undefined
    const exitCode = await run(getConfig, argumentsOf(process.argv), ({ isJson, json, lines }) => {
      if (isJson) result = json
      else console.log(lines.join('\n'))
    })
    return { exitCode, result }
  },
}
