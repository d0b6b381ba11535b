export function BeforeLogin() {
  return <p>Willkommen.</p>
}
