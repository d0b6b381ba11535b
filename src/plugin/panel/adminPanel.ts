import type { CollectionConfig, Config, DocumentTabCondition, Field } from 'payload'
import { en } from '../../translations/en.js'
import { PANEL_FRAME } from '../config/payloadVersion.js'
import type { Settings } from '../config/settings.js'
import { translated } from './collectionLabels.js'
import { inAllLanguages } from './withTranslations.js'

const PACKAGE = 'payload-jwt-revocation'

/**
 * Adds what administrators see: the view `/revocation`, a card on the dashboard, a group of the
 * navigation, cells of the ledger's list, and the tab "Sessions" of every user; and the own sessions
 * for everyone. All of it is named by its path in the import map, so that no React comes along here.
 */
export function withAdminPanel(config: Config, settings: Settings): Config {
  if (!settings.isAdminPanelOn) return config
  const { admin } = config
  const components = admin?.components ?? {}
  const serverProps = {
    frame: PANEL_FRAME,
    ledger: settings.slug,
    sessions: settings.sessions?.slug,
  }
  const rsc = (name: string) => ({ path: `${PACKAGE}/rsc#${name}`, serverProps })
  // A navigation of the application's own would not show our group.
  const hasNav = !components.Nav
  return {
    ...config,
    admin: {
      ...admin,
      // So that it is in the import map, where our pages take it from.
      dependencies: {
        ...admin?.dependencies,
        [PANEL_FRAME]: { path: PANEL_FRAME, type: 'component' },
      },
      components: {
        ...components,
        afterNavLinks: [
          ...(components.afterNavLinks ?? []),
          ...(hasNav ? [rsc('SecurityNav')] : []),
        ],
        beforeDashboard: [...(components.beforeDashboard ?? []), rsc('DashboardCard')],
        ...(settings.sessions && {
          settingsMenu: [...(components.settingsMenu ?? []), `${PACKAGE}/client#MySessionsItem`],
        }),
        views: {
          ...components.views,
          jwtRevocation: {
            Component: rsc('RevocationView'),
            exact: true,
            meta: { title: en.overview },
            path: '/revocation',
          },
          ...(settings.sessions && {
            jwtMySessions: {
              Component: rsc('MySessionsView'),
              exact: true,
              meta: { title: 'My sessions' },
              path: '/my-sessions',
            },
          }),
        },
      },
    },
    collections: config.collections?.map((collection) => {
      if (collection.slug === settings.slug) return decorateLedger(collection, hasNav)
      if (collection.slug === settings.sessions?.slug) return decorateSessions(collection, hasNav)
      return collection.auth
        ? withSessionsTab(collection, settings, rsc('SessionsTab'))
        : collection
    }),
  } as Config
}

const LEDGER_CELLS: Readonly<Record<string, string>> = {
  subject: 'SubjectCell',
  scope: 'ScopeCell',
  reason: 'ReasonCell',
  actor: 'ActorCell',
  revokedAt: 'TimeCell',
  expiresAt: 'TimeCell',
  cutoff: 'TimeCell',
  effectiveAt: 'TimeCell',
}

const SESSION_CELLS: Readonly<Record<string, string>> = {
  userId: 'SessionUserCell',
  createdAt: 'TimeCell',
  lastRefreshedAt: 'TimeCell',
  lastActiveAt: 'TimeCell',
  expiresAt: 'TimeCell',
  endedAt: 'TimeCell',
  endReason: 'ReasonCell',
}

/** Fields that name a user or a session. */
const PEOPLE = new Set(['actor', 'exceptSession', 'subject', 'userId'])

const SEARCHED = ['subject', 'reason', 'actor', 'note', 'ip']

function decorateLedger(collection: CollectionConfig, hasNav: boolean): CollectionConfig {
  const { admin, fields } = collection
  const names = new Set(fields.map((field) => ('name' in field ? field.name : '')))
  return {
    ...collection,
    admin: {
      ...admin,
      ...(hasNav && { group: false }),
      defaultColumns: ['subject', 'scope', 'reason', 'state', 'revokedAt', 'expiresAt', 'actor'],
      listSearchableFields: SEARCHED.filter((name) => names.has(name)),
      components: {
        ...admin?.components,
        beforeListTable: [
          ...(admin?.components?.beforeListTable ?? []),
          `${PACKAGE}/rsc#DenylistHeader`,
        ],
      },
    },
    fields: [stateField, ...fields.map((field) => withoutEmptiness(withCell(field, LEDGER_CELLS)))],
  }
}

/** The page of a row says these in its heading, in the reader's language. */
const IN_HEADING = new Set(['scope', 'reason'])

/** A field that only some rows have is not shown on the page of one that has it not. */
function withoutEmptiness(field: Field): Field {
  if (!('name' in field)) return field
  if (IN_HEADING.has(field.name)) {
    return { ...field, admin: { ...field.admin, condition: () => false } } as Field
  }
  if ('required' in field && field.required) return field
  const condition = (row: Record<string, unknown>) => Boolean(row[field.name])
  return { ...field, admin: { ...field.admin, condition } } as Field
}

/** Whether a row is in force, expired or lifted; it is not stored. */
const stateField: Field = {
  name: 'state',
  type: 'ui',
  label: inAllLanguages('state'),
  admin: {
    components: { Cell: `${PACKAGE}/rsc#StateCell`, Field: `${PACKAGE}/rsc#StateField` },
  },
}

const decorateSessions = (collection: CollectionConfig, hasNav: boolean): CollectionConfig => ({
  ...collection,
  admin: {
    ...collection.admin,
    ...(hasNav && { group: false }),
    defaultColumns: ['device', 'userId', 'ip', 'createdAt', 'lastActiveAt', 'endedAt'],
    listSearchableFields: ['device', 'name', 'userId', 'ip'],
  },
  fields: collection.fields.map((field) => withCell(field, SESSION_CELLS)),
})

function withCell(field: Field, cells: Readonly<Record<string, string>>): Field {
  if (!('name' in field)) return field
  const cell = cells[field.name]
  const components = {
    ...field.admin?.components,
    ...(cell && { Cell: `${PACKAGE}/client#${cell}` }),
    ...(PEOPLE.has(field.name) && { Field: `${PACKAGE}/client#PersonField` }),
  }
  return { ...field, admin: { ...field.admin, components } } as Field
}

function withSessionsTab(
  collection: CollectionConfig,
  { slug }: Settings,
  Component: object,
): CollectionConfig {
  const { admin } = collection
  const views = admin?.components?.views
  // An app that replaces all of the document's views replaces this one as well.
  if (views?.edit && 'root' in views.edit && views.edit.root) return collection
  const condition: DocumentTabCondition = ({ permissions }) =>
    Boolean(permissions?.collections?.[slug]?.read)
  const tab = { condition, href: '/sessions', label: translated('sessions'), order: 350 }
  const jwtSessions = { Component, path: '/sessions', tab }
  return {
    ...collection,
    admin: {
      ...admin,
      components: {
        ...admin?.components,
        views: { ...views, edit: { ...views?.edit, jwtSessions } },
      },
    },
  } as CollectionConfig
}
