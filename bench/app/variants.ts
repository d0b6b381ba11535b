/** The variants to compare: the same app with different ways to handle Payload's tokens. */
export const VARIANTS = {
  default: { title: "Payload's default", auth: true },
  stateless: { title: 'stateless, no plugin', auth: { useSessions: false } },
  exists: { title: 'a hand-written EXISTS strategy', auth: { useSessions: false } },
  plugin: { title: 'with the plugin', auth: true },
} as const

export type Variant = keyof typeof VARIANTS

export const VARIANT_NAMES = Object.keys(VARIANTS) as Variant[]
