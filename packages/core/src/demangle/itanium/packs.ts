/** Nodes that stand for others: parameter packs and their expansions, template arguments that come later in the name. */
import { CxxNode, type Output, printList } from "./nodes.ts";

/** The arguments that a parameter pack stands for; which one is printed says the expansion around it. */
export class ParameterPack extends CxxNode {
  readonly elements: readonly CxxNode[];
  constructor(elements: readonly CxxNode[]) {
    super();
    this.elements = elements;
  }
  #current(out: Output): CxxNode | undefined {
    if (out.packSize < 0) {
      out.packSize = this.elements.length;
      out.packIndex = 0;
    }
    return this.elements[out.packIndex];
  }
  override hasRight(out: Output): boolean {
    return this.#current(out)?.hasRight(out) ?? false;
  }
  override isArray(out: Output): boolean {
    return this.#current(out)?.isArray(out) ?? false;
  }
  override isFunction(out: Output): boolean {
    return this.#current(out)?.isFunction(out) ?? false;
  }
  override syntax(out: Output): CxxNode {
    return this.#current(out)?.syntax(out) ?? this;
  }
  override left(out: Output): void {
    this.#current(out)?.printLeft(out);
  }
  override right(out: Output): void {
    this.#current(out)?.printRight(out);
  }
}

/** Template arguments between `J` and `E`. */
export class ArgumentPack extends CxxNode {
  readonly elements: readonly CxxNode[];
  constructor(elements: readonly CxxNode[]) {
    super();
    this.elements = elements;
  }
  override left(out: Output): void {
    printList(out, this.elements);
  }
}

export class PackExpansion extends CxxNode {
  readonly pattern: CxxNode;
  constructor(pattern: CxxNode) {
    super();
    this.pattern = pattern;
  }
  override left(out: Output): void {
    const { packIndex, packSize } = out;
    out.packIndex = -1;
    out.packSize = -1;
    const start = out.text.length;
    this.pattern.print(out);
    // The first element tells the size, if a pack is in it at all.
    if (out.packSize < 0) out.text += "...";
    else if (out.packSize === 0) out.text = out.text.slice(0, start);
    else {
      for (let i = 1, size = out.packSize; i < size && !out.failed; i++) {
        out.text += ", ";
        out.packIndex = i;
        this.pattern.print(out);
      }
    }
    out.packIndex = packIndex;
    out.packSize = packSize;
  }
}

/** A template argument that stands further on in the name: in the type of a conversion operator. */
export class ForwardReference extends CxxNode {
  readonly index: number;
  target: CxxNode | undefined;
  #isPrinting = false;
  constructor(index: number) {
    super();
    this.index = index;
  }
  #guarded<T>(read: (target: CxxNode) => T, otherwise: T): T {
    if (this.#isPrinting || this.target === undefined) return otherwise;
    this.#isPrinting = true;
    const result = read(this.target);
    this.#isPrinting = false;
    return result;
  }
  override hasRight(out: Output): boolean {
    return this.#guarded((target) => target.hasRight(out), false);
  }
  override isArray(out: Output): boolean {
    return this.#guarded((target) => target.isArray(out), false);
  }
  override isFunction(out: Output): boolean {
    return this.#guarded((target) => target.isFunction(out), false);
  }
  override syntax(out: Output): CxxNode {
    return this.#guarded<CxxNode>((target) => target.syntax(out), this);
  }
  override left(out: Output): void {
    this.#guarded((target) => target.printLeft(out), undefined);
  }
  override right(out: Output): void {
    this.#guarded((target) => target.printRight(out), undefined);
  }
}
