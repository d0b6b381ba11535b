export function BeforeLogin() {
  return <p>Welcome to your dashboard. Log in to manage the website.</p>
}
