import ts from 'typescript'

/** A test whose function never reaches a matcher, so it can hardly fail. */
export interface Finding {
  file: string
  line: number
  title: string
}

/** What may come between `it` and its parentheses: `it.skipIf(…)('…', …)`, `it.each(…)('…', …)`. */
const VARIANTS = new Set([
  ...['concurrent', 'each', 'extend', 'fails', 'for', 'only', 'runIf', 'sequential', 'skip'],
  'skipIf',
])

/**
 * Finds the tests in these files that expect nothing: neither in their own function, nor in any
 * function that they call or pass on, wherever it is declared. A function that a test declares and
 * never uses does not count, and neither does `expect(…)` without a matcher.
 */
export function testsWithoutExpectation(files: readonly string[]): Finding[] {
  const program = ts.createProgram([...files], OPTIONS, hostOfOurFiles())
  const expects = expectationFinder(program.getTypeChecker())
  return files.flatMap((file) => {
    const source = program.getSourceFile(file)
    if (!source) throw new Error(`${file} cannot be read`)
    return testsIn(source)
      .filter(({ body }) => !expects(body))
      .map(({ title, call }) => ({
        file,
        line: source.getLineAndCharacterOfPosition(call.getStart()).line + 1,
        title: title.getText(),
      }))
  })
}

const OPTIONS: ts.CompilerOptions = {
  allowImportingTsExtensions: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  noLib: true,
  types: [],
}

/** No package contains one of our helpers, and reading their types would take seconds. */
function hostOfOurFiles(): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS)
  host.resolveModuleNameLiterals = (literals, file) =>
    literals.map(({ text }) =>
      text.startsWith('.')
        ? ts.resolveModuleName(text, file, OPTIONS, host)
        : { resolvedModule: undefined },
    )
  return host
}

interface Test {
  call: ts.CallExpression
  title: ts.Expression
  body: ts.Expression
}

function testsIn(source: ts.SourceFile): Test[] {
  const tests: Test[] = []
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [title, ...others] = node.arguments
      const body = others.find((each) => !ts.isNumericLiteral(each) && !isOptions(each))
      if (title && body) tests.push({ call: node, title, body })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return tests
}

function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 'it' || callee.text === 'test'
  if (ts.isCallExpression(callee)) return isTest(callee.expression)
  if (ts.isTaggedTemplateExpression(callee)) return isTest(callee.tag)
  return (
    ts.isPropertyAccessExpression(callee) &&
    VARIANTS.has(callee.name.text) &&
    isTest(callee.expression)
  )
}

const isOptions = (argument: ts.Expression) => ts.isObjectLiteralExpression(argument)

function expectationFinder(checker: ts.TypeChecker): (node: ts.Node) => boolean {
  const known = new Map<ts.Node, boolean>()

  /** The node may be a function, the name of one, or an expression that makes one. */
  const expects = (node: ts.Node): boolean => {
    if (isFunction(node)) return node.body !== undefined && contains(node.body)
    return isName(node) ? functionsNamed(node).some(remembered) : contains(node)
  }

  /** `false` while the answer is being computed, for functions that call themselves. */
  const remembered = (node: ts.Node): boolean => {
    const answer = known.get(node)
    if (answer !== undefined) return answer
    known.set(node, false)
    known.set(node, expects(node))
    return known.get(node) ?? false
  }

  const contains = (node: ts.Node): boolean => {
    if (isMatcherCall(node)) return true
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      if ([node.expression, ...(node.arguments ?? [])].some(isOfExpecting)) return true
    }
    // A declared function only counts where it is called.
    return !isDeclaredFunction(node) && Boolean(ts.forEachChild(node, contains))
  }

  const isOfExpecting = (node: ts.Expression): boolean =>
    isName(node) && functionsNamed(node).some(remembered)

  const functionsNamed = (node: ts.Node): ts.Node[] => {
    const named = ts.isPropertyAccessExpression(node) ? node.name : node
    const symbol = checker.getSymbolAtLocation(named)
    if (!symbol) return []
    const isAlias = Boolean(symbol.flags & ts.SymbolFlags.Alias)
    const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol
    return (target.declarations ?? []).flatMap(functionOf)
  }

  const functionOf = (declaration: ts.Declaration): ts.Node[] => {
    if (isFunction(declaration)) return [declaration]
    if (ts.isShorthandPropertyAssignment(declaration)) {
      const value = checker.getShorthandAssignmentValueSymbol(declaration)
      return (value?.declarations ?? []).flatMap(functionOf)
    }
    const value =
      (ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration)) &&
      declaration.initializer
    return value ? [value] : []
  }

  return remembered
}

type FunctionNode = ts.FunctionLikeDeclaration

const isName = (node: ts.Node) => ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)

const isFunction = (node: ts.Node): node is FunctionNode =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined

/** A function with a name, which runs only where it is called. */
const isDeclaredFunction = (node: ts.Node) =>
  ts.isFunctionDeclaration(node) ||
  (isFunction(node) && ts.isVariableDeclaration(node.parent) && node.parent.initializer === node)

/** `expect(…).toBe(…)`, `expect.poll(…).resolves.toBe(…)`: a chain that ends in a call. */
function isMatcherCall(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  for (let each: ts.Expression = node.expression.expression; ; ) {
    if (ts.isCallExpression(each)) return isExpect(each.expression)
    if (!ts.isPropertyAccessExpression(each)) return false
    each = each.expression
  }
}

const isExpect = (callee: ts.Expression): boolean =>
  ts.isPropertyAccessExpression(callee)
    ? isExpect(callee.expression)
    : ts.isIdentifier(callee) && callee.text === 'expect'
