export interface Credentials {
  email: string
  password: string
}

/** Logs in over REST. */
export async function login(url: string, credentials: Credentials): Promise<string> {
  const response = await fetch(`${url}/api/users/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(credentials),
  })
  const { token } = (await response.json()) as { token?: string }
  if (!token) throw new Error(`login: ${response.status}`)
  return token
}

export async function logout(url: string, token: string): Promise<void> {
  const response = await fetch(`${url}/api/users/logout`, { method: 'POST', headers: show(token) })
  await response.text()
  if (!response.ok) throw new Error(`logout: ${response.status}`)
}

/** The status of `/me`, and whether it returns the user. */
export async function me(url: string, token: string): Promise<{ status: number; isUser: boolean }> {
  const response = await fetch(`${url}/api/users/me`, { headers: show(token) })
  const { user } = (await response.json()) as { user?: object | null }
  return { status: response.status, isUser: Boolean(user) }
}

/** The headers with a token. */
export const show = (token: string) => ({ Authorization: `JWT ${token}` })
