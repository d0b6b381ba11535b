/** Preloaded into a child: ends it when the other end of its stdin is closed. */
process.stdin.on('end', () => process.exit(1))
process.stdin.on('error', () => process.exit(1))
process.stdin.resume()
process.stdin.unref?.()
