/** Finds tests without an expectation, which cannot fail. */
import { filesUnder } from './filesUnder.ts'
import { testsWithoutExpectation } from './testsWithoutExpectation.ts'

const files = filesUnder('test').filter((file) => file.endsWith('.ts'))
const findings = testsWithoutExpectation(files)
if (findings.length > 0) {
  const lines = findings.map(({ file, line, title }) => `${file}:${line} ${title} expects nothing`)
  console.error(lines.join('\n'))
  process.exit(1)
}
console.log(`Expectations: every test in ${files.length} files has one`)
