import { de } from './de.js'
import { en } from './en.js'
import { es } from './es.js'
import { fr } from './fr.js'
import { ja } from './ja.js'
import type { Labels } from './Labels.js'
import { zh } from './zh.js'

/** The texts by language; a component takes one: `labels={labels.de}`. English without. */
export const labels = { de, en, es, fr, ja, zh } satisfies Record<string, Labels>

/** The texts for a language tag such as `de-AT`; English for one that is not here. */
export function labelsFor(language: string): Labels {
  const [primary = ''] = language.toLowerCase().split(/[-_]/)
  return primary in labels ? labels[primary as keyof typeof labels] : en
}
