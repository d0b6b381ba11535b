/** Stylesheets are bundled by Next.js; `scripts/copyStyles.mjs` puts them beside the built modules. */
declare module '*.css'
