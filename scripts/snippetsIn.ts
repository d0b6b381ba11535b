/** A fenced block of TypeScript in a page. */
export interface Snippet {
  /** From its first line, `// verify.ts`, or its place in the page. */
  readonly name: string
  readonly code: string
}

const FENCE = /^```(tsx?)\n([\s\S]*?)^```/gm

export const snippetsIn = (page: string): Snippet[] =>
  [...page.matchAll(FENCE)].map(([, extension, code = ''], place) => ({
    name: /^\/\/ ([\w-]+\.tsx?)\n/.exec(code)?.[1] ?? `${place + 1}.${extension}`,
    code,
  }))
