import { Gutter } from '@payloadcms/ui'
import { notFound } from 'next/navigation.js'
import type { DocumentViewServerProps } from 'payload'
import { isAdministrator } from '../isAdministrator.js'
import { Sessions } from '../Sessions/index.js'

/** The view `sessions` of a user's document. `ledger` is the slug of the ledger's collection. */
export function SessionsTab({
  doc,
  initPageResult,
  ledger,
}: DocumentViewServerProps & { ledger: string }) {
  const collection = initPageResult.collectionConfig?.slug
  if (!collection || !doc || !isAdministrator(initPageResult.permissions, ledger)) notFound()
  return (
    <main>
      <Gutter className="jwt-view">
        <Sessions collection={collection} userId={doc.id} />
      </Gutter>
    </main>
  )
}
