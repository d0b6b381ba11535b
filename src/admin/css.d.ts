/** Stylesheets are bundled by Next.js; `scripts/copyStyles.ts` puts them beside the built modules. */
declare module '*.css'
