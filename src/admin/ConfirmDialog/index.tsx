'use client'
import {
  Banner,
  Button,
  FieldLabel,
  Modal,
  TextareaInput,
  TextInput,
  useModal,
  useTranslation,
} from '@payloadcms/ui'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { ApiError } from '../apiError.js'
import { ERROR } from '../looks.js'
import { useStrings } from '../useStrings.js'
import './styles.css'

export interface ConfirmDialogProps {
  slug: string
  title: string
  children: ReactNode
  confirmLabel: string
  /** Must be typed before one can confirm. */
  phrase?: string
  /** What a rejected promise says is shown, and the dialog stays. */
  onConfirm: (confirmation: Confirmation) => Promise<void>
}

export interface Confirmation {
  note?: string
  /** The reader's own password, where the server asked for it. */
  password?: string
}

/** As Payload's own confirmation, with room for a reason, and for a phrase to type. */
export function ConfirmDialog({ slug, ...content }: ConfirmDialogProps) {
  const { closeModal, isModalOpen } = useModal()
  const titleId = useId()
  if (!isModalOpen(slug)) return null
  return (
    <Modal
      aria-labelledby={titleId}
      className="confirmation-modal jwt-confirm"
      closeOnBlur={false}
      slug={slug}
      style={{ zIndex: 100 }}
    >
      <Content {...content} onClose={() => closeModal(slug)} titleId={titleId} />
    </Modal>
  )
}

function Content({
  children,
  confirmLabel,
  onClose,
  onConfirm,
  phrase,
  title,
  titleId,
}: Omit<ConfirmDialogProps, 'slug'> & { onClose: () => void; titleId: string }) {
  const t = useStrings()
  const { t: payloadT } = useTranslation()
  const [note, setNote] = useState('')
  const [typed, setTyped] = useState('')
  const [password, setPassword] = useState('')
  const [isPasswordAsked, setIsPasswordAsked] = useState(false)
  const [isWorking, setIsWorking] = useState(false)
  const [failure, setFailure] = useState<string>()
  const passwordId = useId()
  const isConfirmable = !phrase || sameText(typed, phrase)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!isConfirmable || isWorking) return
    setIsWorking(true)
    try {
      await onConfirm({ ...(note.trim() && { note: note.trim() }), ...(password && { password }) })
      onClose()
    } catch (error) {
      if (isAskingForPassword(error)) setIsPasswordAsked(true)
      setFailure(t('failed', { message: error instanceof Error ? error.message : String(error) }))
      setIsWorking(false)
    }
  }

  return (
    <form
      className="confirmation-modal__wrapper jwt-confirm__form"
      onSubmit={(event) => void submit(event)}
    >
      <div className="confirmation-modal__content">
        <h1 id={titleId}>{title}</h1>
        {children}
      </div>
      <TextareaInput
        description={t('noteHint')}
        label={t('noteLabel')}
        onChange={({ target }) => setNote(target.value.slice(0, 1_000))}
        path="jwt-revocation-note"
        rows={2}
        value={note}
      />
      {phrase && (
        <TextInput
          htmlAttributes={{ autoComplete: 'off' }}
          label={t('typeToConfirm', { phrase })}
          onChange={({ target }: { target: HTMLInputElement }) => setTyped(target.value)}
          path="jwt-revocation-phrase"
          value={typed}
        />
      )}
      {isPasswordAsked && (
        <div className="field-type password">
          <FieldLabel htmlFor={passwordId} label={t('ownPassword')} path="password" required />
          <input
            autoComplete="current-password"
            id={passwordId}
            onChange={({ target }) => setPassword(target.value)}
            required
            type="password"
            value={password}
          />
        </div>
      )}
      <div aria-live="assertive">{failure && <Banner type={ERROR}>{failure}</Banner>}</div>
      <div className="confirmation-modal__controls">
        <Button buttonStyle="secondary" disabled={isWorking} onClick={onClose} size="large">
          {payloadT('general:cancel')}
        </Button>
        <Button
          buttonStyle="primary"
          disabled={!isConfirmable || isWorking}
          size="large"
          type="submit"
        >
          {isWorking ? t('working') : confirmLabel}
        </Button>
      </div>
    </form>
  )
}

const sameText = (one: string, other: string) =>
  one.trim().toLocaleLowerCase() === other.toLocaleLowerCase()

/** The option `reauthentication` of the plugin. */
const isAskingForPassword = (error: unknown) =>
  error instanceof ApiError && Boolean(error.code?.startsWith('Reauthentication'))
