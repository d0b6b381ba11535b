import { type Config, getPayload, type Payload, type SanitizedConfig } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { asMissingLedger } from '../storage/missingTable.js'
import { type Command, parseCommand } from './parseCommand.js'
import { type CommandOutcome, runCommand } from './runCommand.js'
import { asUsageError, USAGE, UsageError } from './usage.js'

/** How long a command waits for the feed. Processes that read the ledger do not need the feed. */
const FEED_WAIT_MS = 3_000
const NOTHING_RECORDED = 'Nothing was recorded.'
const UNCERTAIN =
  'It is not known whether anything was recorded. `payload revocation list` shows what is in force.'
const MAX_INPUT = 16_384

/**
 * `payload revocation …` of Payload 3. Payload's own `bin` calls this and always exits with 0, so a failure must
 * exit here.
 */
export async function script(config: SanitizedConfig): Promise<void> {
  const status = await run(async () => config, argumentsOf(process.argv))
  if (status !== 0) process.exit(status)
}

/** What follows `payload revocation`. */
export const argumentsOf = (argv: readonly string[]) => argv.slice(argv.indexOf('revocation') + 1)

type Answer = CommandOutcome & { readonly isJson: boolean }

const print = ({ isJson, json, lines }: Answer) =>
  console.log(isJson ? JSON.stringify(json, null, 2) : lines.join('\n'))

/** Runs the command of these arguments. Resolves to the exit status. */
export async function run(
  loadConfig: () => Promise<SanitizedConfig>,
  args: readonly string[],
  show: (answer: Answer) => void = print,
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
    // Before the migration every command would fail. Here it fails with a clear message.
    await runtimeOf(payload).ledger.state()
    const outcome = await runCommand(payload, command, readInput)
    await untilSent(payload)
    show({ ...outcome, isJson: command.isJson })
    return 0
  } catch (error) {
    const known = asUsageError(asMissingLedger(error))
    const isUsage = known instanceof UsageError
    console.error(messageOf(known))
    if (isUsage) console.error('\nSee `payload revocation --help`.')
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
 * Starts the application's Payload without `onInit`, which is for servers, and without changing the
 * database schema. Its log goes to standard error, because standard output is for the answer.
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

/**
 * If the feed does not accept it in time, every process with a database reads it from the ledger.
 */
async function untilSent(payload: Payload) {
  const { denylist } = runtimeOf(payload)
  const deadline = Date.now() + FEED_WAIT_MS
  while (denylist.state.backlog > 0) {
    if (Date.now() > deadline) {
      console.error(
        'Recorded. The feed did not accept it yet, so other processes read it from the database.',
      )
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function readInput(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_INPUT) throw new UsageError('Standard input is too long for a token.')
  }
  return text.trim()
}

const isLedgerMissing = (error: unknown): error is RevocationError =>
  error instanceof RevocationError && error.code === 'ledger-missing'

/** The message, with the message of the root cause, such as the database's own words. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (isLedgerMissing(error)) return error.message
  let root = error
  while (root.cause instanceof Error) root = root.cause
  return root === error ? error.message : `${error.message}\n${root.message}`
}
