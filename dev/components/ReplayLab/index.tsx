'use client'

import { type ReactNode, useState } from 'react'
import type { LabEntries } from '../../lib/lab/entry.ts'
import { type Answer, doors, logIn, logOut } from '../../lib/lab/replay.ts'
import { type SideId, sides } from '../../lib/lab/sides.ts'
import { DenylistEntry } from '../DenylistEntry/index.tsx'
import { ReplayTable } from '../ReplayTable/index.tsx'
import { TokenClaims } from '../TokenClaims/index.tsx'

type BySide<T> = Record<SideId, T>

/** What has been done so far. Each step adds to it. */
interface Run {
  tokens?: BySide<string>
  logouts?: BySide<string>
  answers?: BySide<readonly Answer[]>
  list?: LabEntries
}

const onBothSides = async <T,>(work: (side: (typeof sides)[number]) => Promise<T>) => {
  const done = await Promise.all(sides.map(async (side) => [side.id, await work(side)] as const))
  return Object.fromEntries(done) as BySide<T>
}

async function entriesOf(token: string): Promise<LabEntries> {
  const response = await fetch('/lab/entry', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  if (!response.ok) throw new Error(`The denylist could not be read (${response.status}).`)
  return (await response.json()) as LabEntries
}

const steps = [
  async (): Promise<Run> => ({ tokens: await onBothSides(logIn) }),
  async (run: Run): Promise<Run> => ({
    ...run,
    logouts: await onBothSides((side) => logOut(side, run.tokens?.[side.id] ?? '')),
  }),
  async (run: Run): Promise<Run> => ({
    ...run,
    answers: await onBothSides((side) =>
      Promise.all(doors.map((door) => door.show(side, run.tokens?.[side.id] ?? ''))),
    ),
    list: await entriesOf(run.tokens?.guarded ?? ''),
  }),
] as const

/** Logs in, logs out, and sends the old token again, to both sides at once, with real requests. */
export function ReplayLab() {
  const [run, setRun] = useState<Run>({})
  const [isPending, setIsPending] = useState(false)
  const [error, setError] = useState('')
  const { answers, list, logouts, tokens } = run
  const reached = answers ? 3 : logouts ? 2 : tokens ? 1 : 0

  const go = async (from: number, to: number) => {
    setIsPending(true)
    setError('')
    try {
      let next = from === 0 ? {} : run
      for (const step of steps.slice(from, to)) {
        next = await step(next)
        setRun(next)
      }
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : 'That did not work.')
    } finally {
      setIsPending(false)
    }
  }

  const button = (text: string, from: number, to = from + 1, look = '') => (
    <button
      className={`button ${look}`}
      disabled={isPending}
      onClick={() => void go(from, to)}
      type="button"
    >
      {text}
    </button>
  )

  return (
    <div className="lab" data-step={reached}>
      <div className="lab-controls">
        {reached === 0 ? button('Log in on both sides', 0) : null}
        {reached === 1 ? button('Log out', 1) : null}
        {reached === 2 ? button('Show the old token again', 2) : null}
        {reached < 3 ? button('All at once', reached, 3, 'button-quiet') : null}
        {reached === 3 ? button('Once more', 0, 3) : null}
        <p aria-live="polite" className="error">
          {error}
        </p>
      </div>
      <div className="lab-sides">
        {sides.map(({ id, note, title }) => (
          <div className={`lab-side lab-${id}`} key={id}>
            <h2>{title}</h2>
            <p>{note}</p>
          </div>
        ))}
      </div>
      <ol className="lab-steps">
        <Step isReached={reached > 0} title="Log in: a token">
          <Both isStacking>{(id) => (tokens ? <TokenClaims token={tokens[id]} /> : null)}</Both>
        </Step>
        <Step isReached={reached > 1} title="Log out">
          <Both>
            {(id) =>
              logouts ? (
                <p className="lab-logout">
                  <code>POST …/users/logout</code> <span className="chip">{logouts[id]}</span>
                </p>
              ) : null
            }
          </Both>
        </Step>
        <Step isReached={reached > 2} title="The same token again, at five doors">
          {answers ? <ReplayTable answers={answers} /> : null}
        </Step>
        <Step isReached={reached > 2} title="What each side knows of it">
          <Both isStacking>
            {(id) =>
              tokens && list ? (
                <DenylistEntry list={id === 'guarded' ? list : undefined} token={tokens[id]} />
              ) : null
            }
          </Both>
        </Step>
      </ol>
    </div>
  )
}

interface StepProps {
  title: string
  isReached: boolean
  children: ReactNode
}

function Step({ children, isReached, title }: StepProps) {
  return (
    <li className={isReached ? 'lab-step' : 'lab-step lab-ahead'}>
      <h3>{title}</h3>
      {isReached ? children : null}
    </li>
  )
}

interface BothProps {
  /** Stacked when the window is narrow. */
  isStacking?: boolean
  children: (id: SideId) => ReactNode
}

const Both = ({ children, isStacking }: BothProps) => (
  <div className={isStacking ? 'lab-both lab-stack' : 'lab-both'}>
    {sides.map(({ id, title }) => (
      <div data-side={title} key={id}>
        {children(id)}
      </div>
    ))}
  </div>
)
