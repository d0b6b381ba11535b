import type { Payload } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Revocation } from '../../core/revocation.js'
import type { Target } from '../../core/target.js'
import type {
  ExplainAnswer,
  LiftAnswer,
  ListAnswer,
  RevokeAnswer,
} from '../../wire/revocationDoc.js'
import type { SessionDoc, SessionsAnswer } from '../../wire/sessionDoc.js'
import { revocationDoc } from '../api/revocationDoc.js'
import { revocations } from '../api/revocations.js'
import { countEnding } from '../sessions/countEnding.js'
import type { Command } from './parseCommand.js'

/** The output of a command: for people, and for programs (`--json`). */
export interface CommandOutcome {
  readonly lines: readonly string[]
  readonly json: object
}

/** Runs a command as the application itself, so the ledger names no actor. */
export async function runCommand(
  payload: Payload,
  command: Exclude<Command, { name: 'help' }>,
  readInput: () => Promise<string>,
): Promise<CommandOutcome> {
  const calls = revocations(payload)
  if (command.name === 'list') {
    const { scope, reason, limit, page } = command
    const found = await calls.list({ scope, reason, limit, page })
    return {
      lines: [
        ...found.docs.map(lineFor),
        `${found.totalDocs} in force; page ${found.page} of ${found.totalPages}.`,
      ],
      json: { ...found, docs: found.docs.map(revocationDoc) } satisfies ListAnswer,
    }
  }
  if (command.name === 'lift') {
    const { isDryRun, note } = command
    const target = await withText(command.target, readInput)
    const lifted = await calls.lift(target, { note, dryRun: isDryRun })
    return {
      lines: [
        ...lifted.map(lineFor),
        isDryRun ? `Dry run: ${lifted.length} would be lifted.` : `${lifted.length} lifted.`,
      ],
      json: { lifted: lifted.map(revocationDoc), dryRun: isDryRun } satisfies LiftAnswer,
    }
  }
  if (command.name === 'purge') {
    const counts = await calls.purge({ dryRun: command.isDryRun })
    const { revocations: rows, sessions } = counts
    const verb = command.isDryRun ? 'Would delete' : 'Deleted'
    return {
      lines: [`${verb}: ${rows} revocations, ${sessions} session records.`],
      json: { ...counts, dryRun: command.isDryRun },
    }
  }
  if (command.name === 'sessions') {
    const docs = await calls.sessions(command.user, { all: command.isAll })
    const active = docs.filter(({ endedAt, expiresAt }) => !endedAt && !isPast(expiresAt)).length
    return {
      lines: [
        ...docs.map(sessionLine),
        `${active} active${command.isAll ? ` of ${docs.length} kept` : ''}.`,
      ],
      json: { current: null, docs } satisfies SessionsAnswer,
    }
  }
  if (command.name === 'explain') {
    const by = await calls.explain(await withText(command.target, readInput))
    return {
      lines: [
        ...by.map(lineFor),
        by.length > 0 ? 'It is revoked.' : 'No revocation in force names it.',
      ],
      json: { revoked: by.length > 0, by: by.map(revocationDoc) } satisfies ExplainAnswer,
    }
  }
  return runRevoke(payload, command, readInput)
}

async function runRevoke(
  payload: Payload,
  command: Extract<Command, { name: 'revoke' }>,
  readInput: () => Promise<string>,
): Promise<CommandOutcome> {
  const { isDryRun, note, reason } = command
  const startedAt = Date.now()
  const target = await withText(command.target, readInput)
  const sessions = await countEnding(payload, target)
  const revocation = await revocations(payload).revoke(target, { reason, note, dryRun: isDryRun })
  const recorded = revocation.revokedAt < startedAt ? 0 : 1
  const count = `${recorded} ${recorded === 1 ? 'revocation' : 'revocations'}`
  return {
    lines: [
      lineFor(revocation),
      ...(recorded === 0 ? ['It was already revoked.'] : []),
      ...(sessions === null ? [] : [`Active sessions affected: ${sessions}.`]),
      isDryRun ? `Dry run: ${count} would be recorded.` : `${count} recorded.`,
    ],
    json: {
      revocations: [revocationDoc(revocation)],
      recorded,
      sessions,
      dryRun: isDryRun,
    } satisfies RevokeAnswer & { recorded: number },
  }
}

const withText = async (target: Target, readInput: () => Promise<string>): Promise<Target> =>
  'token' in target ? { token: await readInput() } : target

const isPast = (date: string) => Date.parse(date) <= Date.now()

const sessionLine = (session: SessionDoc) =>
  [
    session.id,
    session.name ?? session.device ?? 'unknown device',
    ...(session.ip ? [session.ip] : []),
    `since ${session.createdAt}`,
    `last active ${session.lastActiveAt}`,
    session.endedAt
      ? `ended ${session.endedAt}${session.endReason ? ` (${session.endReason})` : ''}`
      : `until ${session.expiresAt}`,
  ].join('  ')

const lineFor = (revocation: Revocation) => {
  const { actor, cutoff, exceptSession, expiresAt, note, reason, revokedAt, subject } = revocation
  return [
    isoDate(revokedAt),
    subject,
    reason,
    ...(cutoff === undefined ? [] : [`cut-off ${isoDate(cutoff)}`]),
    ...(exceptSession === undefined ? [] : [`but sid:${exceptSession}`]),
    `until ${isoDate(expiresAt)}`,
    ...(actor === undefined ? [] : [`by ${actor}`]),
    ...(note === undefined ? [] : [JSON.stringify(note)]),
  ].join('  ')
}
