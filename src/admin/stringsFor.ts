import type { TranslationKey } from '../translations/Strings.js'

/** The plugin's strings in the language of a request or page. */
export type Translate = (key: TranslationKey, vars?: Record<string, number | string>) => string

/** @param t Payload's `i18n.t` */
export const stringsFor =
  (t: (key: never, vars?: Record<string, unknown>) => string): Translate =>
  (key, vars) =>
    t(`jwtRevocation:${key}` as never, vars)
