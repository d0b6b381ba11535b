/** Preloaded into a child: when whoever holds the other end of its stdin is gone, so is it. */
process.stdin.on('end', () => process.exit(1))
process.stdin.on('error', () => process.exit(1))
process.stdin.resume()
process.stdin.unref?.()
