/** Types that print around what they declare: pointers, references, arrays, functions. */
import { CxxNode, type Output, printList, MAX_CXX_PRINT_DEPTH } from "./nodes.ts";

/** A type made of another; what stands to the right of that one stays there. */
abstract class Derived extends CxxNode {
  readonly inner: CxxNode;
  constructor(inner: CxxNode) {
    super();
    this.inner = inner;
  }
  override hasRight(out: Output): boolean {
    return this.inner.hasRight(out);
  }
}

export interface Qualifiers {
  readonly const: boolean;
  readonly volatile: boolean;
  readonly restrict: boolean;
}
export const printQualifiers = (out: Output, { const: isConst, volatile, restrict }: Qualifiers): void => {
  if (isConst) out.text += " const";
  if (volatile) out.text += " volatile";
  if (restrict) out.text += " restrict";
};

export class QualifiedType extends Derived {
  readonly qualifiers: Qualifiers;
  constructor(inner: CxxNode, qualifiers: Qualifiers) {
    super(inner);
    this.qualifiers = qualifiers;
  }
  override left(out: Output): void {
    this.inner.printLeft(out);
    printQualifiers(out, this.qualifiers);
  }
  override right(out: Output): void {
    this.inner.printRight(out);
  }
  override isArray(out: Output): boolean {
    return this.inner.isArray(out);
  }
  override isFunction(out: Output): boolean {
    return this.inner.isFunction(out);
  }
}

/** `id<Protocol>`. */
export class ObjCProtocol extends CxxNode {
  readonly type: CxxNode;
  readonly protocol: string;
  constructor(type: CxxNode, protocol: string) {
    super();
    this.type = type;
    this.protocol = protocol;
  }
  get isObject(): boolean {
    return this.type.baseName() === "objc_object";
  }
  override left(out: Output): void {
    this.type.print(out);
    out.text += `<${this.protocol}>`;
  }
}

const needsParentheses = (inner: CxxNode, out: Output): boolean => inner.isArray(out) || inner.isFunction(out);

export class PointerType extends Derived {
  override left(out: Output): void {
    if (this.inner instanceof ObjCProtocol && this.inner.isObject) {
      out.text += `id<${this.inner.protocol}>`;
      return;
    }
    this.inner.printLeft(out);
    if (this.inner.isArray(out)) out.text += " ";
    out.text += needsParentheses(this.inner, out) ? "(*" : "*";
  }
  override right(out: Output): void {
    if (this.inner instanceof ObjCProtocol && this.inner.isObject) return;
    if (needsParentheses(this.inner, out)) out.text += ")";
    this.inner.printRight(out);
  }
}

export class ReferenceType extends Derived {
  readonly isRvalue: boolean;
  constructor(inner: CxxNode, isRvalue: boolean) {
    super(inner);
    this.isRvalue = isRvalue;
  }
  /** A reference to a reference is one; `&` wins. */
  #collapsed(out: Output): { inner: CxxNode; isRvalue: boolean } | undefined {
    let { inner, isRvalue } = this as { inner: CxxNode; isRvalue: boolean };
    for (let steps = 0; ; steps++) {
      const next = inner.syntax(out);
      if (!(next instanceof ReferenceType)) return { inner, isRvalue };
      // A pack may hold a reference to itself.
      if (steps > MAX_CXX_PRINT_DEPTH) return undefined;
      isRvalue &&= next.isRvalue;
      inner = next.inner;
    }
  }
  override left(out: Output): void {
    const collapsed = this.#collapsed(out);
    if (collapsed === undefined) return;
    collapsed.inner.printLeft(out);
    if (collapsed.inner.isArray(out)) out.text += " ";
    if (needsParentheses(collapsed.inner, out)) out.text += "(";
    out.text += collapsed.isRvalue ? "&&" : "&";
  }
  override right(out: Output): void {
    const collapsed = this.#collapsed(out);
    if (collapsed === undefined) return;
    if (needsParentheses(collapsed.inner, out)) out.text += ")";
    collapsed.inner.printRight(out);
  }
}

export class MemberPointerType extends Derived {
  readonly owner: CxxNode;
  constructor(owner: CxxNode, member: CxxNode) {
    super(member);
    this.owner = owner;
  }
  override left(out: Output): void {
    this.inner.printLeft(out);
    out.text += needsParentheses(this.inner, out) ? "(" : " ";
    this.owner.print(out);
    out.text += "::*";
  }
  override right(out: Output): void {
    if (needsParentheses(this.inner, out)) out.text += ")";
    this.inner.printRight(out);
  }
}

export class ArrayType extends CxxNode {
  readonly element: CxxNode;
  readonly dimension: CxxNode | undefined;
  constructor(element: CxxNode, dimension: CxxNode | undefined) {
    super();
    this.element = element;
    this.dimension = dimension;
  }
  override hasRight(): boolean {
    return true;
  }
  override isArray(): boolean {
    return true;
  }
  override left(out: Output): void {
    this.element.printLeft(out);
  }
  override right(out: Output): void {
    if (!out.text.endsWith("]")) out.text += " ";
    out.text += "[";
    this.dimension?.print(out);
    out.text += "]";
    this.element.printRight(out);
  }
}

export type RefQualifier = "" | " &" | " &&";

export class FunctionType extends CxxNode {
  readonly result: CxxNode;
  readonly parameters: readonly CxxNode[];
  readonly qualifiers: Qualifiers;
  readonly reference: RefQualifier;
  readonly exceptions: CxxNode | undefined;
  constructor(
    result: CxxNode,
    parameters: readonly CxxNode[],
    qualifiers: Qualifiers,
    reference: RefQualifier,
    exceptions: CxxNode | undefined,
  ) {
    super();
    this.result = result;
    this.parameters = parameters;
    this.qualifiers = qualifiers;
    this.reference = reference;
    this.exceptions = exceptions;
  }
  override hasRight(): boolean {
    return true;
  }
  override isFunction(): boolean {
    return true;
  }
  override left(out: Output): void {
    this.result.printLeft(out);
    out.text += " ";
  }
  override right(out: Output): void {
    out.open();
    printList(out, this.parameters);
    out.close();
    this.result.printRight(out);
    printQualifiers(out, this.qualifiers);
    out.text += this.reference;
    if (this.exceptions !== undefined) {
      out.text += " ";
      this.exceptions.print(out);
    }
  }
}

export interface FunctionParts {
  readonly result: CxxNode | undefined;
  readonly name: CxxNode;
  readonly parameters: readonly CxxNode[];
  readonly attributes: CxxNode | undefined;
  readonly requires: CxxNode | undefined;
  readonly qualifiers: Qualifiers;
  readonly reference: RefQualifier;
}

/** A function with its parameters, and its result where the name is a template's. */
export class FunctionEncoding extends CxxNode {
  readonly parts: FunctionParts;
  constructor(parts: FunctionParts) {
    super();
    this.parts = parts;
  }
  override hasRight(): boolean {
    return true;
  }
  override isFunction(): boolean {
    return true;
  }
  override left(out: Output): void {
    const { result, name } = this.parts;
    if (result !== undefined) {
      result.printLeft(out);
      if (!result.hasRight(out)) out.text += " ";
    }
    name.print(out);
  }
  override right(out: Output): void {
    const { result, parameters, attributes, requires, qualifiers, reference } = this.parts;
    out.open();
    printList(out, parameters);
    out.close();
    result?.printRight(out);
    printQualifiers(out, qualifiers);
    out.text += reference;
    attributes?.print(out);
    if (requires !== undefined) {
      out.text += " requires ";
      requires.print(out);
    }
  }
}
