import type { Payload } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Revocation } from '../../core/revocation.js'
import { revocationDoc } from '../api/revocationDoc.js'
import { type Details, type Revocations, revocations } from '../api/revocations.js'
import { countEnding } from '../sessions/countEnding.js'
import type { Command } from './parseCommand.js'
import type { Target } from './target.js'
import { UsageError } from './usage.js'

/** What a command has to say: to people, and to programs (`--json`). */
export interface Outcome {
  readonly lines: readonly string[]
  readonly json: object
}

/** Does what the command says, as the application itself: the ledger names no actor. */
export async function runCommand(
  payload: Payload,
  command: Exclude<Command, { name: 'help' }>,
  readInput: () => Promise<string>,
): Promise<Outcome> {
  const calls = revocations(payload)
  if (command.name === 'list') {
    const { scope, reason, limit, page } = command
    const found = await calls.list({ scope, reason, limit, page })
    return {
      lines: [
        ...found.docs.map(lineFor),
        `${found.totalDocs} in force; page ${found.page} of ${found.totalPages}.`,
      ],
      json: { ...found, docs: found.docs.map(revocationDoc) },
    }
  }
  if (command.name === 'lift') {
    const { isDryRun, note, subject } = command
    const lifted = await calls.lift(subject, { note, dryRun: isDryRun })
    return {
      lines: [
        ...lifted.map(lineFor),
        isDryRun ? `A dry run: ${lifted.length} to lift.` : `${lifted.length} lifted.`,
      ],
      json: { lifted: lifted.map(revocationDoc), dryRun: isDryRun },
    }
  }
  if (command.name === 'purge') {
    const counts = await calls.purge({ dryRun: command.isDryRun })
    const { revocations: rows, sessions } = counts
    const verb = command.isDryRun ? 'To delete' : 'Deleted'
    return {
      lines: [`${verb}: ${rows} revocations, ${sessions} records of sessions.`],
      json: { ...counts, dryRun: command.isDryRun },
    }
  }
  requireUsers(payload, command.target)
  if (command.name === 'explain') {
    const by = await calls.explain(await explainable(command.target, readInput))
    return {
      lines: [...by.map(lineFor), by.length > 0 ? 'It is revoked.' : 'Nothing in force names it.'],
      json: { revoked: by.length > 0, by: by.map(revocationDoc) },
    }
  }
  return runRevoke(payload, command, readInput)
}

async function runRevoke(
  payload: Payload,
  command: Extract<Command, { name: 'revoke' }>,
  readInput: () => Promise<string>,
): Promise<Outcome> {
  const { exceptSession, isDryRun, note, reason, target } = command
  const details = { reason, note, dryRun: isDryRun }
  const startedAt = Date.now()
  const sessions = await countOf(payload, { target, exceptSession })
  const calls = revocations(payload)
  const revocation = await revoke(calls, { target, exceptSession }, details, readInput)
  const recorded = revocation.revokedAt < startedAt ? 0 : 1
  const count = `${recorded} ${recorded === 1 ? 'revocation' : 'revocations'}`
  return {
    lines: [
      lineFor(revocation),
      ...(recorded === 0 ? ['It is revoked already.'] : []),
      ...(sessions === null ? [] : [`Active sessions that it ends: ${sessions}.`]),
      isDryRun ? `A dry run: ${count} to record, nothing is changed.` : `${count} recorded.`,
    ],
    json: { revocations: [revocationDoc(revocation)], recorded, sessions, dryRun: isDryRun },
  }
}

/** `null` where no records are kept, and for a token, which may have been refreshed. */
async function countOf(
  payload: Payload,
  { target, exceptSession }: { target: Target; exceptSession: string | undefined },
): Promise<number | null> {
  if (target.scope === 'everyone') return countEnding(payload, { everyone: true })
  if (target.scope === 'session') return countEnding(payload, { session: target.sid })
  if (target.scope === 'token') return null
  const { collection, id } = target
  return countEnding(payload, { user: { collection, id, exceptSession } })
}

async function revoke(
  calls: Revocations,
  { target, exceptSession }: { target: Target; exceptSession: string | undefined },
  details: Details,
  readInput: () => Promise<string>,
): Promise<Revocation> {
  if (target.scope === 'everyone') return calls.revokeEveryone(details)
  if (target.scope === 'session') return calls.revokeSession(target.sid, details)
  if (target.scope === 'user') {
    const { collection, id } = target
    return calls.revokeUser({ collection, id, exceptSession }, details)
  }
  return calls.revokeToken('jti' in target ? target : await readInput(), details)
}

async function explainable(target: Target, readInput: () => Promise<string>) {
  // No option of `explain` names everyone.
  if (target.scope === 'everyone') throw new UsageError('Name a token, a session or a user.')
  return 'text' in target ? readInput() : target
}

function requireUsers({ collections }: Payload, target: Target) {
  if (target.scope !== 'user') return
  const { collection } = target
  if (!(Object.hasOwn(collections, collection) && collections[collection]?.config.auth)) {
    throw new UsageError(`\`${collection}\` is no collection of users.`)
  }
}

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
