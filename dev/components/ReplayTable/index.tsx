import { type Answer, doors } from '../../lib/lab/replay.ts'
import { type SideId, sides } from '../../lib/lab/sides.ts'

interface ReplayTableProps {
  answers: Record<SideId, readonly Answer[]>
}

/** Each door, and the answers of both sides. */
export function ReplayTable({ answers }: ReplayTableProps) {
  return (
    <>
      <div className="lab-both lab-score">
        {sides.map(({ id, title }) => (
          <Score answers={answers[id]} key={id} title={title} />
        ))}
      </div>
      <table className="lab-table">
        <thead className="sr-only">
          <tr>
            <th scope="col">Door</th>
            {sides.map(({ id, title }) => (
              <th key={id} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {doors.map((door, index) => (
            <tr key={door.name}>
              <th scope="row">
                {door.name}
                <code>{door.request(sides[0])}</code>
              </th>
              {sides.map(({ id, title }) => (
                <td data-side={title} key={id}>
                  <Door answer={answers[id][index]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Door({ answer }: { answer: Answer | undefined }) {
  if (!answer) return null
  const { detail, isOpen, status } = answer
  return (
    <p className={isOpen ? 'door door-open' : 'door door-shut'}>
      <span className="door-status">
        <Lock isOpen={isOpen} />
        {status}
      </span>
      <span className="door-detail">{detail}</span>
    </p>
  )
}

function Score({ answers, title }: { answers: readonly Answer[]; title: string }) {
  const opened = answers.filter(({ isOpen }) => isOpen).length
  const isSafe = opened === 0
  return (
    <p className={isSafe ? 'score score-shut' : 'score score-open'} data-side={title}>
      <strong>
        {isSafe ? `${answers.length} of ${answers.length}` : `${opened} of ${answers.length}`}
      </strong>{' '}
      {isSafe ? 'doors stay shut' : 'doors still open'}
    </p>
  )
}

function Lock({ isOpen }: { isOpen: boolean }) {
  return (
    <svg aria-hidden="true" fill="none" height="16" viewBox="0 0 16 16" width="16">
      <rect fill="currentColor" height="7" rx="1.5" width="11" x="2.5" y="7.5" />
      <path
        d={isOpen ? 'M5 7.5V5a3 3 0 0 1 5.6-1.5' : 'M5 7.5V5a3 3 0 0 1 6 0v2.5'}
        stroke="currentColor"
        strokeLinecap="round"
        strokeWidth="1.7"
      />
    </svg>
  )
}
