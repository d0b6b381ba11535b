import type { SanitizedPermissions } from 'payload'

/**
 * Whether the panel may show what the plugin adds. It may if the user can read the ledger, which
 * `access.administrator` of the plugin decides. The endpoints check again.
 */
export const isAdministrator = (
  permissions: SanitizedPermissions | undefined,
  ledger: string,
): boolean => Boolean(permissions?.collections?.[ledger]?.read)
