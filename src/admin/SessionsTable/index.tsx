'use client'
import { Button, Pill } from '@payloadcms/ui'
import type { SessionDoc } from '../../wire/sessionDoc.js'
import { reasonLabel } from '../labels.js'
import { SMALL } from '../looks.js'
import { Table } from '../Table/index.js'
import { Time } from '../Time/index.js'
import { useStrings } from '../useStrings.js'
import '../tables.css'

interface SessionsTableProps {
  label: string
  sessions: readonly SessionDoc[]
  onEnd?: (session: SessionDoc) => void
}

/** Sessions as a table that turns into a list of cards where there is little room. */
export function SessionsTable({ label, sessions, onEnd }: SessionsTableProps) {
  const t = useStrings()
  const headings = [
    t('device'),
    t('ip'),
    t('started'),
    t('lastActive'),
    onEnd ? t('expires') : t('ended'),
    onEnd ? t('actions') : t('endReason'),
  ]
  return (
    <Table aria-label={label} headings={headings}>
      {sessions.map((session) => {
        const device = session.name || session.device || t('unknownDevice')
        return (
          <tr key={session.id}>
            <th scope="row">
              <span className="jwt-device">{device}</span>
              {session.isCurrent && (
                <Pill pillStyle="success" size="small">
                  {t('currentSession')}
                </Pill>
              )}
            </th>
            <td data-label={headings[1]}>{session.ip || t('unknownPlace')}</td>
            <td data-label={headings[2]}>
              <Time value={session.createdAt} />
            </td>
            <td data-label={headings[3]}>
              <Time value={session.lastActiveAt} />
            </td>
            <td data-label={headings[4]}>
              <Time value={onEnd ? session.expiresAt : (session.endedAt ?? session.expiresAt)} />
            </td>
            {onEnd ? (
              <td className="jwt-actions">
                <Button
                  aria-label={t('endOneLabel', { device })}
                  buttonStyle="secondary"
                  margin={false}
                  onClick={() => onEnd(session)}
                  size={SMALL}
                >
                  {t('endOne')}
                </Button>
              </td>
            ) : (
              <td data-label={headings[5]}>
                {session.endedAt ? reasonLabel(session.endReason, t) : t('stateExpired')}
              </td>
            )}
          </tr>
        )
      })}
    </Table>
  )
}
