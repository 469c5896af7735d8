import {
  type ImportDeclaration,
  type Node,
  type NoSubstitutionTemplateLiteral,
  type SourceFile,
  type StringLiteral,
  SyntaxKind,
} from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import type { FunctionFact, ImportFact, NameFact } from './read-sources.ts';

type LineOf = (node: Node) => number;

/** The import that a node is, as a list of one; empty for any other node. */
export function readImport(node: Node, line: LineOf): ImportFact[] {
  const fact = (target: Node | undefined, isType: boolean) => [{ specifier: readText(target), line: line(node), isType }];
  if (is.isImportDeclaration(node)) return fact(node.moduleSpecifier, bringsOnlyTypes(node));
  if (is.isExportDeclaration(node)) return node.moduleSpecifier === undefined ? [] : fact(node.moduleSpecifier, node.isTypeOnly);
  if (is.isImportTypeNode(node)) return fact(is.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
  if (is.isExternalModuleReference(node)) return fact(node.expression, false);
  return is.isCallExpression(node) && isLoader(node.expression) ? fact(node.arguments[0], false) : [];
}

function bringsOnlyTypes({ importClause }: ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  if (importClause.phaseModifier === SyntaxKind.TypeKeyword) return true;
  const named = importClause.namedBindings;
  return importClause.name === undefined && named !== undefined && is.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly);
}

/** `import(…)`, `require(…)`, `require.resolve(…)`. */
function isLoader(callee: Node): boolean {
  if (callee.kind === SyntaxKind.ImportKeyword) return true;
  if (is.isPropertyAccessExpression(callee)) return isLoader(callee.expression);
  return is.isIdentifier(callee) && callee.text === 'require';
}

function readText(node: Node | undefined): string | undefined {
  return node !== undefined && isPlainText(node) ? node.text : undefined;
}

function isPlainText(node: Node): node is StringLiteral | NoSubstitutionTemplateLiteral {
  return is.isStringLiteral(node) || is.isNoSubstitutionTemplateLiteral(node);
}

/** The name that a call of `test`, `t.test`, `test.skip`, `it`, `describe` … gives, as it is written in the source. */
export function readTestName(node: Node, source: SourceFile, line: LineOf): NameFact[] {
  if (!is.isCallExpression(node) || !isTestCall(node.expression)) return [];
  const first = node.arguments[0];
  if (first === undefined || !(isPlainText(first) || is.isTemplateExpression(first))) return [];
  return [{ name: first.getText(source).slice(1, -1), line: line(node) }];
}

function isTestCall(callee: Node): boolean {
  const words = ['test', 'it', 'describe', 'suite'];
  if (is.isIdentifier(callee)) return words.includes(callee.text);
  return is.isPropertyAccessExpression(callee) && ((is.isIdentifier(callee.name) && words.includes(callee.name.text)) || isTestCall(callee.expression));
}

/** True for a statement that does something when its file is imported; a directive such as `'use strict'` does not. */
export function isEffect(statement: Node): boolean {
  if (is.isExpressionStatement(statement)) return !isPlainText(statement.expression);
  return is.isIfStatement(statement) || is.isForStatement(statement) || is.isForOfStatement(statement) || is.isTryStatement(statement) || is.isBlock(statement);
}

/** The text with strings, templates and regular expressions blanked; comments and code stay, and so do the lines. */
export function blankStrings(text: string, nodes: readonly Node[], source: SourceFile): string {
  let result = text;
  for (const node of nodes) {
    if (!isTextual(node)) continue;
    const start = node.getStart(source);
    result = result.slice(0, start) + text.slice(start, node.end).replace(/[^\n]/g, ' ') + result.slice(node.end);
  }
  return result;
}

function isTextual(node: Node): boolean {
  return isPlainText(node) || is.isTemplateHead(node) || is.isTemplateMiddleOrTemplateTail(node) || is.isRegularExpressionLiteral(node);
}

/** A function that has a name, or is longer than a line; short nameless arrows would only blur the figures. */
export function readFunction(node: Node, firstLine: number, lastLine: number): FunctionFact[] {
  if (!isFunctionWithBody(node)) return [];
  const name = readFunctionName(node);
  const lineCount = lastLine - firstLine + 1;
  return name === undefined && lineCount === 1 ? [] : [{ name: name ?? '(nameless)', line: firstLine, lineCount }];
}

function isFunctionWithBody(node: Node): boolean {
  const isFunction =
    is.isFunctionDeclaration(node) ||
    is.isFunctionExpression(node) ||
    is.isArrowFunction(node) ||
    is.isMethodDeclaration(node) ||
    is.isConstructorDeclaration(node) ||
    is.isGetAccessorDeclaration(node) ||
    is.isSetAccessorDeclaration(node);
  return isFunction && node.body !== undefined;
}

/** Its own name, or that of what it is assigned to. */
function readFunctionName(node: Node): string | undefined {
  if (is.isConstructorDeclaration(node)) return 'constructor';
  const named = is.isArrowFunction(node) || is.isFunctionExpression(node) ? node.parent : node;
  const name = 'name' in named ? (named.name as Node | undefined) : undefined;
  return name !== undefined && (is.isIdentifier(name) || is.isPrivateIdentifier(name)) ? name.text : undefined;
}
