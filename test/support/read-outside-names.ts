import type { Node } from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';

/**
 * Every use of a name that the file does not declare anywhere, so one that comes from outside: a global. Scopes are not told apart. Of `Math`
 * the member counts (`Math.random`), because only some of it is refused; `Math` taken as a whole counts as `Math.random`.
 */
export function readOutsideNames(nodes: readonly Node[]): { readonly name: string; readonly node: Node }[] {
  const identifiers = nodes.filter(is.isIdentifier);
  const declared = new Set(identifiers.filter(isDeclaration).map(({ text }) => text));
  const uses = identifiers.filter((node) => !declared.has(node.text) && !isMemberName(node));
  return uses.map((node) => ({ name: node.text === 'Math' ? readMember(node) : node.text, node }));
}

function readMember(node: Node): string {
  const { parent } = node;
  return is.isPropertyAccessExpression(parent) && parent.expression === node && is.isIdentifier(parent.name) ? `Math.${parent.name.text}` : 'Math.random';
}

/** A name that a declaration, parameter, binding or import brings into the file. */
function isDeclaration(node: Node): boolean {
  const { parent } = node;
  const isNamed =
    is.isVariableDeclaration(parent) ||
    is.isParameterDeclaration(parent) ||
    is.isBindingElement(parent) ||
    is.isFunctionDeclaration(parent) ||
    is.isFunctionExpression(parent) ||
    is.isClassDeclaration(parent) ||
    is.isInterfaceDeclaration(parent) ||
    is.isTypeAliasDeclaration(parent) ||
    is.isTypeParameterDeclaration(parent) ||
    is.isImportClause(parent) ||
    is.isImportSpecifier(parent) ||
    is.isNamespaceImport(parent);
  return isNamed && parent.name === node;
}

/** A name after a dot, or the key of a property, member or named tuple part: it says nothing about a global. */
function isMemberName(node: Node): boolean {
  const { parent } = node;
  if (is.isShorthandPropertyAssignment(parent)) return false;
  if (is.isQualifiedName(parent)) return parent.right === node;
  if (is.isBindingElement(parent) && parent.propertyName === node) return true;
  if (is.isExportSpecifier(parent) || is.isImportSpecifier(parent)) return true;
  const named = parent as Node & { readonly name?: Node };
  return named.name === node;
}
