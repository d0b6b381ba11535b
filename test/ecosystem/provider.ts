import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * An OAuth provider over HTTPS, as packages require it. A code is the e-mail address of the person
 * who has signed in there.
 */
export async function startProvider() {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-provider-'))
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => path.join(folder, name))
  const name = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const files = ['-keyout', String(key), '-out', String(certificate)]
  execFileSync('openssl', ['req', '-x509', ...curve, ...name, ...files], { stdio: 'ignore' })

  const server = createServer(
    { key: readFileSync(String(key)), cert: readFileSync(String(certificate)) },
    async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const code = new URLSearchParams(body).get('code')
      const email = request.headers.authorization?.replace(/^Bearer /i, '')
      response.setHeader('Content-Type', 'application/json')
      response.end(
        JSON.stringify(
          request.url === '/token'
            ? { access_token: code, token_type: 'bearer', expires_in: 3_600 }
            : { sub: `subject-of-${email}`, email, name: 'Somebody' },
        ),
      )
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    /** What an app needs to know. */
    env: {
      PROVIDER: `https://127.0.0.1:${port}`,
      NODE_EXTRA_CA_CERTS: String(certificate),
    },
    stop() {
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
