import type { PayloadRequest } from 'payload'
import type { AroundWrite, DocumentWrite } from '../database/aroundWrites.js'
import { transactionOf } from '../database/transactionOf.js'
import { askedToDelete } from '../request/askedBy.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { endingsOf } from './endings.js'
import { resetEnding } from './passwordReset.js'
import { isRecorded, markRecorded } from './recordedEndings.js'
import { revokeUserAround, revokeUserWithChange, type UserCutoff } from './revokeUser.js'
import { changeToSave, keepSaved } from './savedAccount.js'

/**
 * Records what a change of an account ends before the change is saved. If that fails, the change is
 * not saved. With a transaction both commit or roll back together, except in a bulk update, which
 * commits an account's save even if something failed for that account later. Without a transaction
 * the cut-off is recorded again after the save: if the process dies in between, there is a cut-off
 * without its change, but never a change without its cut-off.
 */
export const intentFirst: AroundWrite = async (write, save) => {
  const { payload, req } = write
  const perform = async () => {
    const result = await save()
    if (write.data) keepSaved(write, result)
    return result
  }
  const runtime = runtimeOf(payload)
  const endings = await endingsToRecord(runtime, write)
  if (endings.length === 0) return perform()
  const mark = () => {
    if (req?.context) for (const ending of endings) markRecorded(req.context, ending)
  }
  const transactionID = req && (await transactionOf(req))
  if (transactionID) {
    const within = { payload, transactionID }
    for (const ending of endings) await revokeUserWithChange(runtime, ending, within)
    mark()
    return perform()
  }
  const result = await revokeUserAround(runtime, { endings, perform, logger: payload.logger })
  mark()
  return result
}

async function endingsToRecord(runtime: Runtime, write: DocumentWrite): Promise<UserCutoff[]> {
  const { payload, collection, id, data, req } = write
  if (!payload.collections[collection]?.config.auth) return []
  if (!data) {
    const asked = isWhole(req) ? askedToDelete({ collection, id }, req, runtime) : {}
    return [{ collection, id, reason: 'user-deleted', ...asked }]
  }
  if (!isWhole(req)) return []
  const reset = resetEnding(runtime, { collection, id, data, req })
  // If Payload keeps sessions, it saves the account once more before the hook that removes the
  // mark.
  if (reset) return isRecorded(req, reset) ? [] : [reset]
  const update = changeToSave(write)
  return update ? endingsOf(update, { runtime, collection, id, req }) : []
}

const isWhole = (req: DocumentWrite['req']): req is PayloadRequest =>
  Boolean(req?.context && req.headers)
