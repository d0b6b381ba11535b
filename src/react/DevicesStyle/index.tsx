const CSS = `
.jwt-revocation-devices, .jwt-revocation-dialog {
  --accent: var(--jwt-revocation-accent, light-dark(#2a45b8, #a3b4ff));
  --danger: var(--jwt-revocation-danger, light-dark(#a92f1c, #ff9d8a));
  --line: var(--jwt-revocation-line, color-mix(in srgb, currentColor 18%, transparent));
  --quiet: var(--jwt-revocation-quiet, color-mix(in srgb, currentColor 72%, transparent));
  --radius: var(--jwt-revocation-radius, 10px);
}
.jwt-revocation-devices ul { list-style: none; margin: 0; padding: 0; }
.jwt-revocation-device {
  display: grid; grid-template-columns: auto 1fr auto; gap: .25rem 1rem; align-items: start;
  padding-block: 1.1rem; border-bottom: 1px solid var(--line);
}
.jwt-revocation-device > svg { color: var(--quiet); margin-top: .1rem; }
.jwt-revocation-name, .jwt-revocation-dialog h2 {
  margin: 0; font-size: 1rem; font-weight: 600; line-height: 1.5; overflow-wrap: anywhere;
}
.jwt-revocation-dialog h2 { font-size: 1.125rem; }
.jwt-revocation-badge {
  display: inline-block; margin-inline-start: .6rem; padding: 0 .55rem; border-radius: 999px;
  border: 1px solid currentColor; color: var(--accent); font-size: .75rem; line-height: 1.6;
  white-space: nowrap; vertical-align: .08em;
}
.jwt-revocation-facts { color: var(--quiet); font-size: .9375rem; }
.jwt-revocation-facts li { display: inline; }
.jwt-revocation-facts li + li::before { content: "·"; margin-inline: .45rem; }
.jwt-revocation-actions { display: flex; flex-wrap: wrap; gap: .5rem; justify-content: flex-end; }
.jwt-revocation-rename {
  display: flex; flex-wrap: wrap; gap: .5rem; align-items: flex-end; margin-top: .75rem;
}
.jwt-revocation-rename .jwt-revocation-field { flex: 1 1 12rem; }
.jwt-revocation-field { display: grid; gap: .3rem; }
.jwt-revocation-field p { margin: 0; }
.jwt-revocation-field label { font-size: .9375rem; font-weight: 600; }
:is(.jwt-revocation-devices, .jwt-revocation-dialog) :is(button, input) {
  box-sizing: border-box; min-height: 2.5rem; padding: .35rem .85rem; font: inherit;
  font-size: .9375rem; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: var(--radius);
}
:is(.jwt-revocation-devices, .jwt-revocation-dialog) input { width: 100%; border-color: var(--quiet); }
:is(.jwt-revocation-devices, .jwt-revocation-dialog) button { cursor: pointer; font-weight: 600; }
:is(.jwt-revocation-devices, .jwt-revocation-dialog) button:hover { border-color: currentColor; }
:is(.jwt-revocation-devices, .jwt-revocation-dialog) button:disabled { opacity: .6; cursor: progress; }
:is(.jwt-revocation-devices, .jwt-revocation-dialog) :focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px;
}
:is(.jwt-revocation-devices, .jwt-revocation-dialog) .jwt-revocation-danger { color: var(--danger); }
.jwt-revocation-quiet { color: var(--quiet); font-size: .9375rem; }
.jwt-revocation-error { margin: 0; color: var(--danger); font-size: .9375rem; }
.jwt-revocation-devices > .jwt-revocation-actions { margin-top: 1.25rem; justify-content: flex-start; }
.jwt-revocation-devices > [role="status"] { margin: 0; }
.jwt-revocation-devices > [role="status"]:not(:empty) { margin-top: 1rem; }
.jwt-revocation-dialog {
  width: min(26rem, calc(100vw - 2rem)); box-sizing: border-box; padding: 1.5rem;
  border: 1px solid var(--line); border-radius: calc(var(--radius) + 4px);
  background: var(--jwt-revocation-surface, Canvas); color: var(--jwt-revocation-ink, CanvasText);
}
.jwt-revocation-dialog::backdrop { background: rgb(0 0 0 / 45%); }
.jwt-revocation-dialog form { display: grid; gap: .9rem; }
.jwt-revocation-dialog form > p { margin: 0; }
.jwt-revocation-error:empty { display: none; }
@media (max-width: 34rem) {
  .jwt-revocation-device { grid-template-columns: auto 1fr; }
  .jwt-revocation-device > .jwt-revocation-actions { grid-column: 2; justify-content: flex-start; margin-top: .5rem; }
}
`

/** A decent look that takes the page's own font and colours; React writes it once, into the head. */
export function DevicesStyle({ nonce }: { nonce?: string | undefined }) {
  return (
    <style href="jwt-revocation-devices" nonce={nonce} precedence="low">
      {CSS}
    </style>
  )
}
