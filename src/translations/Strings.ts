import type { en } from './en.js'

/** A string's name; those with `_one` and `_other` also without, given a `count`. */
export type TranslationKey = WithoutCount<keyof typeof en>

/** All strings of one language. */
export type Strings = Readonly<Record<keyof typeof en, string>>

type WithoutCount<Key extends string> = Key extends `${infer Base}_one` | `${infer Base}_other`
  ? Base
  : Key
