import type { NextApp } from './nextApp.js'

/**
 * Submits a form of a page as a browser without JavaScript does. `button` is the text of its
 * button. The hidden fields, which name the server function, come from the page.
 */
export async function submitForm(
  app: Pick<NextApp, 'origin' | 'request'>,
  page: string,
  {
    button,
    fields = {},
    headers = {},
    shownTo = headers,
  }: {
    button: string
    fields?: Record<string, string>
    headers?: Record<string, string>
    /** The user whose page provides the hidden fields. Default: the sender. */
    shownTo?: Record<string, string>
  },
): Promise<Response> {
  const shown = await app.request(page, { headers: shownTo })
  const html = await shown.text()
  const forms = html.match(/<form\b.*?<\/form>/gs) ?? []
  const form = forms.find((each) => each.includes(`>${button}</button>`))
  if (!form) throw new Error(`${page} (${shown.status}) has no form with the button ${button}`)
  const body = new FormData()
  for (const [name, value] of Object.entries({ ...hiddenFields(form), ...fields })) {
    body.append(name, value)
  }
  return app.request(page, { body, headers: { ...headers, Origin: app.origin } })
}

function hiddenFields(form: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [input] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
    const name = /\bname="([^"]*)"/.exec(input)?.[1]
    if (name) fields[name] = decodeEntities(/\bvalue="([^"]*)"/.exec(input)?.[1] ?? '')
  }
  return fields
}

const decodeEntities = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
