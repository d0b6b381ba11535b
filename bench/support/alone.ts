import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../run.ts', import.meta.url))
const TSX = ['--import', 'tsx']

/**
 * Answers one question in its own process group. What it leaves behind (compiled code, heap,
 * servers) cannot change the figures of the next question. If it hangs, it is ended with everything
 * it started.
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
      // It has already ended.
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
