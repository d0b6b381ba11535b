export type ViolationKind =
  /** Accepted later after its acknowledged end than the bound allows. */
  | 'lost'
  /** Accepted by a process that had acknowledged its end, or had already refused it. */
  | 'unlearned'
  | 'living-refused'
  /**
   * Accepted for longer than the bound by a process that could not know: a guard without Redis, or
   * a process whose clock is off.
   */
  | 'blind'
  /** 503 for a living token without a fault that explains it. */
  | 'declined-in-peace'
  /** The system had no faults for a while and did not recover. */
  | 'not-healed'

export interface Violation {
  readonly kind: ViolationKind
  readonly process: string
  readonly how: string
  readonly lateMs: number
  /** Since the start of the run. */
  readonly atMs: number
  readonly token: string
  /** The answer that proves it, if there is one. */
  readonly said?: string
}
