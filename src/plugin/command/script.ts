import { type Config, getPayload, type Payload, type SanitizedConfig } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { asMissingLedger } from '../storage/missingTable.js'
import { parseCommand } from './parseCommand.js'
import { runCommand } from './runCommand.js'
import { asUsageError, USAGE, UsageError } from './usage.js'

/** How long a command waits for the feed. Whoever follows the ledger knows without it. */
const FEED_WAIT_MS = 3_000
const MAX_INPUT = 16_384

/**
 * `payload revocation …`. Payload's own `bin` calls this and ends the process with 0 whatever
 * became of it, so a failure ends it here.
 */
export async function script(config: SanitizedConfig): Promise<void> {
  const status = await run(config, process.argv.slice(process.argv.indexOf('revocation') + 1))
  if (status !== 0) process.exit(status)
}

async function run(config: SanitizedConfig, args: readonly string[]): Promise<number> {
  let payload: Payload | undefined
  try {
    const command = parseCommand(args)
    if (command.name === 'help') {
      console.log(USAGE)
      return 0
    }
    payload = await start(config)
    const { json, lines } = await runCommand(payload, command, readInput)
    await untilSent(payload)
    console.log(command.isJson ? JSON.stringify(json, null, 2) : lines.join('\n'))
    return 0
  } catch (error) {
    const known = asUsageError(asMissingLedger(error))
    const isUsage = known instanceof UsageError
    console.error(messageOf(known))
    if (isUsage) console.error('\n`payload revocation --help` tells more.')
    return isUsage ? 2 : 1
  } finally {
    await payload?.destroy()
  }
}

/**
 * The application's Payload without its `onInit`, which is for servers, without a change of the
 * database's schema, and with its log on standard error: standard output is for the answer.
 */
function start(config: SanitizedConfig): Promise<Payload> {
  process.env.PAYLOAD_MIGRATING = 'true'
  return getPayload({ config: { ...config, logger: loggerFor(config) }, disableOnInit: true })
}

function loggerFor({ logger }: SanitizedConfig): SanitizedConfig['logger'] {
  if (typeof logger === 'object' && !('options' in logger)) return logger
  const options = typeof logger === 'object' ? logger.options : {}
  const toStandardError: Config['logger'] = { options, destination: process.stderr }
  return toStandardError as SanitizedConfig['logger']
}

/** What the feed has not taken by then, every process with a database reads from the ledger. */
async function untilSent(payload: Payload) {
  const { denylist } = runtimeOf(payload)
  const deadline = Date.now() + FEED_WAIT_MS
  while (denylist.state.backlog > 0) {
    if (Date.now() > deadline) {
      console.error('Recorded, but the feed did not take it: it travels by the ledger.')
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function readInput(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_INPUT) throw new UsageError('Standard input holds more than a token.')
  }
  return text.trim()
}

/** With what lies at the bottom of it, such as the database's own words. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof RevocationError && error.code === 'ledger-missing') return error.message
  let root = error
  while (root.cause instanceof Error) root = root.cause
  return root === error ? error.message : `${error.message}\n${root.message}`
}
