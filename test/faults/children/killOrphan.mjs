/**
 * Redis cannot be made to end with its parent. This child reads the pid of Redis from stdin (the
 * last line counts) and kills it when the other end of stdin is closed.
 */
let pid = 0
process.stdin.setEncoding('utf8').on('data', (text) => {
  pid = Number(text.trim().split('\n').at(-1))
})
process.stdin.on('end', () => {
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL')
  } catch {
    // It has already ended.
  }
})
