'use client'

import { useEffect, useState } from 'react'

interface CountdownProps {
  /** Milliseconds since the epoch. */
  until: number
  /** The start of the countdown, for the bar. */
  from: number
}

/** The remaining time, second by second, and its share of the whole. */
export function Countdown({ from, until }: CountdownProps) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  const left = Math.max(0, until - now)
  const share = Math.min(1, left / (until - from))
  return (
    <span className="countdown">
      <span className="countdown-time" role="timer">
        {clock(left)}
      </span>
      <span aria-hidden="true" className="countdown-bar">
        <span style={{ width: `${(share * 100).toFixed(2)}%` }} />
      </span>
    </span>
  )
}

function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}
