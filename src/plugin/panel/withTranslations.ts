import type { Config } from 'payload'
import { de } from '../../translations/de.js'
import { en } from '../../translations/en.js'
import { es } from '../../translations/es.js'
import { fr } from '../../translations/fr.js'
import { ja } from '../../translations/ja.js'
import type { Strings } from '../../translations/Strings.js'
import { zh } from '../../translations/zh.js'

const LANGUAGES: Readonly<Record<string, Strings>> = { de, en, es, fr, ja, zh }

/** A string in every language, where Payload takes no function. */
export const inAllLanguages = (key: keyof Strings): Record<string, string> =>
  Object.fromEntries(Object.entries(LANGUAGES).map(([code, strings]) => [code, strings[key]]))

type Translations = Record<string, Record<string, object>>

/**
 * The plugin's strings, in Payload's own i18n under `jwtRevocation`. What the application sets
 * there wins; a language that the plugin does not speak gets English.
 */
export function withTranslations(config: Config): Config {
  const { i18n } = config
  const own = (i18n?.translations ?? {}) as Translations
  const languages = new Set([
    ...Object.keys(LANGUAGES),
    ...Object.keys(i18n?.supportedLanguages ?? {}),
    ...Object.keys(own),
  ])
  const translations: Translations = {}
  for (const language of languages) {
    const strings = LANGUAGES[language] ?? en
    const theirs = own[language]
    translations[language] = {
      ...theirs,
      jwtRevocation: { ...strings, ...theirs?.jwtRevocation },
    }
  }
  return { ...config, i18n: { ...i18n, translations } } as Config
}
