import type { SanitizedPermissions } from 'payload'

/**
 * Whether the panel may show what the plugin adds: to whoever may read the ledger, which is
 * `access.administrator` of the plugin. The endpoints decide for themselves once more.
 */
export const isAdministrator = (
  permissions: SanitizedPermissions | undefined,
  ledger: string,
): boolean => Boolean(permissions?.collections?.[ledger]?.read)
