import { VARIANTS, type Variant } from './variants.js'

/** The variant and database of this app. The benchmark sets them in environment variables. */
export function fromEnvironment(): { variant: Variant; database: string; redisUrl: string } {
  const { BENCH_VARIANT: variant = '', BENCH_DATABASE: database } = process.env
  const { BENCH_REDIS_URL: redisUrl = '' } = process.env
  if (!(variant in VARIANTS)) throw new Error(`BENCH_VARIANT: ${variant} is no variant`)
  if (!database) throw new Error('BENCH_DATABASE: a file is needed')
  return { variant: variant as Variant, database, redisUrl }
}
