/** Before anything that loads `next/headers`: Next.js keeps its requests in what this makes. */
import 'next/dist/server/node-environment-baseline.js'
