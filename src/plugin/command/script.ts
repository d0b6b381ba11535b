import { type Config, getPayload, type Payload, type SanitizedConfig } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { asMissingLedger } from '../storage/missingTable.js'
import { type Command, parseCommand } from './parseCommand.js'
import { runCommand } from './runCommand.js'
import { asUsageError, USAGE, UsageError } from './usage.js'

/** How long a command waits for the feed. Whoever follows the ledger knows without it. */
const FEED_WAIT_MS = 3_000
const NOTHING_RECORDED = 'Nothing was recorded.'
const UNCERTAIN =
  'It is not certain that anything was recorded: `payload revocation list` tells what is in force.'
const MAX_INPUT = 16_384

/**
 * `payload revocation …`. Payload's own `bin` calls this and ends the process with 0 whatever
 * became of it, so a failure ends it here.
 */
export async function script(config: SanitizedConfig): Promise<void> {
  const args = process.argv.slice(process.argv.indexOf('revocation') + 1)
  const status = await run(async () => config, args)
  if (status !== 0) process.exit(status)
}

/** Does what these arguments say. Resolves to the status that the process is to end with. */
export async function run(
  loadConfig: () => Promise<SanitizedConfig>,
  args: readonly string[],
): Promise<number> {
  let payload: Payload | undefined
  let command: Command | undefined
  try {
    command = parseCommand(args)
    if (command.name === 'help') {
      console.log(USAGE)
      return command.isAsked ? 0 : 2
    }
    payload = await start(await loadConfig())
    // Whatever else would fail before the migration fails here, with a sentence.
    await runtimeOf(payload).ledger.state()
    const { json, lines } = await runCommand(payload, command, readInput)
    await untilSent(payload)
    console.log(command.isJson ? JSON.stringify(json, null, 2) : lines.join('\n'))
    return 0
  } catch (error) {
    const known = asUsageError(asMissingLedger(error))
    const isUsage = known instanceof UsageError
    console.error(messageOf(known))
    if (isUsage) console.error('\n`payload revocation --help` tells more.')
    if (command === undefined || command.name === 'revoke' || command.name === 'lift') {
      const isSure = isUsage || isLedgerMissing(known)
      console.error(isSure ? NOTHING_RECORDED : UNCERTAIN)
    }
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

const isLedgerMissing = (error: unknown): error is RevocationError =>
  error instanceof RevocationError && error.code === 'ledger-missing'

/** With what lies at the bottom of it, such as the database's own words. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (isLedgerMissing(error)) return error.message
  let root = error
  while (root.cause instanceof Error) root = root.cause
  return root === error ? error.message : `${error.message}\n${root.message}`
}
