/**
 * Import this before anything that loads `next/headers`, because Next.js stores its requests in
 * what this creates.
 */
import 'next/dist/server/node-environment-baseline.js'
