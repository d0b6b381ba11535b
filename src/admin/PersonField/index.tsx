'use client'
import { FieldDescription, FieldLabel, useField, useFormFields } from '@payloadcms/ui'
import type { TextFieldClientComponent } from 'payload'
import { Person } from '../Person/index.js'

/** A user or a session on the page of a row, by name in place of its id. */
export const PersonField: TextFieldClientComponent = ({ field, path }) => {
  const { value } = useField<string>({ path })
  const at = useFormFields(([fields]) => fields.revokedAt?.value ?? fields.createdAt?.value)
  const collection = useFormFields(([fields]) => fields.userCollection?.value)
  if (!value) return null
  return (
    <div className="field-type text">
      <FieldLabel as="span" label={field.label} path={path} />
      <div>
        <Person at={at as string} subject={subjectIn(field.name, value, collection)} />
      </div>
      <FieldDescription description={field.admin?.description} path={path} />
    </div>
  )
}

function subjectIn(name: string, value: string, collection: unknown): string {
  if (name === 'actor') return `user:${value}`
  if (name === 'exceptSession') return `sid:${value}`
  return name === 'userId' ? `user:${collection}:${value}` : value
}
