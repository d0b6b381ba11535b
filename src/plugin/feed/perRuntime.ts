import type { Payload } from 'payload'
import { memo } from '../../core/processWide.js'
import type { Runtime } from '../runtime/runtime.js'
import { ledgerEpoch } from '../storage/ledgerEpoch.js'
import { createOutbox, type Outbox } from './outbox.js'

const outboxes = memo<Runtime, Outbox>('feedOutbox')
const epochs = memo<Runtime, string>('feedEpoch')

/** One for all bundles of the process. It begins with the first reader. */
export function outboxOf(runtime: Runtime): Outbox {
  const outbox = outboxes.get(runtime) ?? createOutbox(runtime.denylist)
  outboxes.set(runtime, outbox)
  return outbox
}

export async function epochOf(payload: Payload, runtime: Runtime): Promise<string> {
  const epoch = epochs.get(runtime) ?? (await ledgerEpoch(payload, runtime.settings.slug))
  epochs.set(runtime, epoch)
  return epoch
}
