import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../run.ts', import.meta.url))
const TSX = ['--import', 'tsx']

/**
 * Answers one question in a process group of its own: what one leaves behind (compiled code, heap,
 * servers) cannot change the next one's figures, and one that hangs is ended with all it started.
 */
export function runAlone(question: string, { limitMs }: { limitMs: number }): Promise<boolean> {
  const child = spawn(process.execPath, [...TSX, program, question], {
    detached: true,
    stdio: 'inherit',
  })
  const endGroup = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  process.once('exit', endGroup)
  const timer = setTimeout(() => {
    console.error(`${question} took longer than ${limitMs / 1_000} s and was ended`)
    endGroup()
  }, limitMs)
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      clearTimeout(timer)
      endGroup()
      process.off('exit', endGroup)
      resolve(code === 0)
    })
  })
}
