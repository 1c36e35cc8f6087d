/** Declarations: contexts before or behind them, names, labels, types. */
import type { Kind, Node } from "./node.ts";
import { type Print, type Printer, childOf } from "./printer.ts";
import { printFunctionType } from "./print-types.ts";

type TypeForm = "none" | "colon" | "function";

interface EntityForm {
  readonly type: TypeForm;
  readonly hasName: boolean;
  /** What stands behind the name, or before it where it has several words: `getter`, `closure #`. */
  readonly extra?: string;
  readonly extraIndex?: number | undefined;
  /** In place of the name: `subscript`. */
  readonly overwrite?: string;
}

const INITIALIZERS: ReadonlySet<string> = new Set([
  "DefaultArgumentInitializer",
  "Initializer",
  "PropertyWrapperBackingInitializer",
  "PropertyWrapperInitFromProjectedValue",
  "PropertyWrappedFieldInitAccessor",
]);

/** The context stands before the name (`Boat.row()`), or behind it where the name has several words (`closure #1 in Boat.row()`). */
export function printEntity(pr: Printer, given: Node, asPrefix: boolean, form: EntityForm): Node | undefined {
  const generics = given.kind === "BoundGenericFunction" ? given.children[1] : undefined;
  const entity = given.kind === "BoundGenericFunction" ? (given.children[0] ?? given) : given;
  const { hasName, overwrite } = form;
  let { extra = "", extraIndex, type: typeForm } = form;
  const isLocal = hasName && entity.children[1]?.kind === "LocalDeclName";
  const hasSeveralWords = extra.includes(" ") || isLocal;
  // What has a type behind it cannot be a prefix of something else.
  if (asPrefix && (typeForm !== "none" || hasSeveralWords)) return given;

  let behind: Node | undefined;
  const context = entity.children[0];
  if (hasSeveralWords) behind = context;
  else if (context !== undefined) {
    const before = pr.out.length;
    behind = pr.print(context, true);
    if (pr.out.length !== before) pr.out += ".";
  }

  if (hasName || overwrite !== undefined) {
    if (extra !== "" && hasSeveralWords) {
      pr.out += `${extra}${extraIndex ?? ""} of `;
      extra = "";
      extraIndex = undefined;
    }
    const before = pr.out.length;
    if (overwrite !== undefined) pr.out += overwrite;
    else {
      if (entity.children[1]?.kind !== "PrivateDeclName") pr.print(entity.children[1]);
      pr.print(childOf(entity, "PrivateDeclName"));
    }
    if (pr.out.length !== before && extra !== "") pr.out += ".";
  }
  if (extra !== "") pr.out += `${extra}${extraIndex ?? ""}`;

  const type = typeForm === "none" ? undefined : childOf(entity, "Type")?.children[0];
  if (type !== undefined) {
    if (typeForm === "function" && !isFunction(type)) typeForm = "colon";
    if (typeForm === "function") {
      if (hasSeveralWords || needsSpaceBefore(type)) pr.out += " ";
      printEntityType(pr, entity, type, generics);
    } else if (pr.options.full) {
      pr.out += " : ";
      printEntityType(pr, entity, type, generics);
    }
  }
  if (asPrefix || behind === undefined) return behind;
  pr.out += INITIALIZERS.has(entity.kind) ? " of " : " in ";
  pr.print(behind);
  return undefined;
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionType",
  "NoEscapeFunctionType",
  "UncurriedFunctionType",
  "CFunctionPointer",
  "ThinFunctionType",
]);

function isFunction(type: Node): boolean {
  let inner: Node | undefined = type;
  while (inner?.kind === "DependentGenericType") inner = inner.children[1]?.children[0];
  return inner !== undefined && FUNCTIONS.has(inner.kind);
}

const WITHOUT_SPACE: ReadonlySet<string> = new Set([
  "FunctionType",
  "NoEscapeFunctionType",
  "UncurriedFunctionType",
  "DependentGenericType",
]);

export function needsSpaceBefore(node: Node | undefined): boolean {
  let inner = node;
  while (inner?.kind === "Type") [inner] = inner.children;
  return inner !== undefined && !WITHOUT_SPACE.has(inner.kind);
}

function printEntityType(pr: Printer, entity: Node, type: Node, generics: Node | undefined): void {
  const labels = childOf(entity, "LabelList");
  if (labels === undefined && generics === undefined) {
    pr.print(type);
    return;
  }
  if (generics !== undefined) {
    pr.out += "<";
    pr.printAll(generics.children, ", ");
    pr.out += ">";
  }
  let inner: Node | undefined = type;
  if (type.kind === "DependentGenericType") {
    if (generics === undefined) pr.print(type.children[0]);
    if (needsSpaceBefore(type.children[1])) pr.out += " ";
    inner = type.children[1]?.children[0];
  }
  if (inner !== undefined) printFunctionType(pr, inner, labels);
}

const entity =
  (form: EntityForm): Print =>
  (pr, node, asPrefix) =>
    printEntity(pr, node, asPrefix, form);

const named = entity({ type: "none", hasName: true });
const fixed = (extra: string): Print => entity({ type: "none", hasName: false, extra });

const isInClass = (node: Node): boolean => node.children[0]?.kind === "Class";

function closure(words: string): Print {
  return (pr, node, asPrefix) =>
    printEntity(pr, node, asPrefix, {
      type: pr.options.full ? "function" : "none",
      hasName: false,
      extra: words,
      extraIndex: (node.children[1]?.index ?? 0) + 1,
    });
}

function attachedMacro(role: string): Print {
  return (pr, node, asPrefix) => {
    const macro = node.children[2]?.text ?? "";
    return printEntity(pr, node, asPrefix, {
      type: "none",
      hasName: true,
      extra: `${role} macro @${macro} expansion #`,
      extraIndex: (node.children[3]?.index ?? 0) + 1,
    });
  };
}

function freeMacro(words: string): Print {
  return (pr, node, asPrefix) =>
    printEntity(pr, node, asPrefix, {
      type: "none",
      hasName: true,
      extra: words,
      extraIndex: (node.children[2]?.index ?? 0) + 1,
    });
}

function accessor(name: string): Print {
  return (pr, node, asPrefix) => {
    const [storage] = node.children;
    if (storage?.kind === "Variable") {
      return printEntity(pr, storage, asPrefix, { type: "colon", hasName: true, extra: name });
    }
    if (storage?.kind !== "Subscript") return undefined;
    return printEntity(pr, storage, asPrefix, { type: "colon", hasName: false, extra: name, overwrite: "subscript" });
  };
}

export const ENTITY_PRINTERS: Partial<Record<Kind, Print>> = {
  Class: named,
  Structure: named,
  Enum: named,
  Protocol: named,
  TypeAlias: named,
  OtherNominalType: named,
  GenericTypeParamDecl: named,
  Variable: entity({ type: "colon", hasName: true }),
  Function: entity({ type: "function", hasName: true }),
  BoundGenericFunction: entity({ type: "function", hasName: true }),
  Subscript: entity({ type: "function", hasName: false, overwrite: "subscript" }),
  Macro: (pr, node, asPrefix) =>
    printEntity(pr, node, asPrefix, { type: node.children.length === 3 ? "colon" : "function", hasName: true }),
  ExplicitClosure: closure("closure #"),
  ImplicitClosure: closure("implicit closure #"),
  Initializer: fixed("variable initialization expression"),
  PropertyWrapperBackingInitializer: fixed("property wrapper backing initializer"),
  PropertyWrapperInitFromProjectedValue: fixed("property wrapper init from projected value"),
  PropertyWrappedFieldInitAccessor: fixed("property wrapped field init accessor"),
  DefaultArgumentInitializer: (pr, node, asPrefix) =>
    printEntity(pr, node, asPrefix, {
      type: "none",
      hasName: false,
      extra: "default argument ",
      extraIndex: node.children[1]?.index,
    }),
  Allocator: (pr, node, asPrefix) =>
    printEntity(pr, node, asPrefix, {
      type: "function",
      hasName: false,
      extra: isInClass(node) ? "__allocating_init" : "init",
    }),
  Constructor: (pr, node, asPrefix) =>
    printEntity(pr, node, asPrefix, {
      type: "function",
      hasName: node.children.length > 2,
      extra: "init",
    }),
  Destructor: fixed("deinit"),
  Deallocator: (pr, node, asPrefix) => fixed(isInClass(node) ? "__deallocating_deinit" : "deinit")(pr, node, asPrefix),
  IsolatedDeallocator: (pr, node, asPrefix) =>
    fixed(isInClass(node) ? "__isolated_deallocating_deinit" : "deinit")(pr, node, asPrefix),
  IVarInitializer: fixed("__ivar_initializer"),
  IVarDestroyer: fixed("__ivar_destroyer"),
  Getter: accessor("getter"),
  GlobalGetter: accessor("getter"),
  Setter: accessor("setter"),
  MaterializeForSet: accessor("materializeForSet"),
  WillSet: accessor("willset"),
  DidSet: accessor("didset"),
  ReadAccessor: accessor("read"),
  Read2Accessor: accessor("read2"),
  ModifyAccessor: accessor("modify"),
  Modify2Accessor: accessor("modify2"),
  InitAccessor: accessor("init"),
  BorrowAccessor: accessor("borrow"),
  MutateAccessor: accessor("mutate"),
  OwningAddressor: accessor("owningAddressor"),
  OwningMutableAddressor: accessor("owningMutableAddressor"),
  NativeOwningAddressor: accessor("nativeOwningAddressor"),
  NativeOwningMutableAddressor: accessor("nativeOwningMutableAddressor"),
  NativePinningAddressor: accessor("nativePinningAddressor"),
  NativePinningMutableAddressor: accessor("nativePinningMutableAddressor"),
  UnsafeAddressor: accessor("unsafeAddressor"),
  UnsafeMutableAddressor: accessor("unsafeMutableAddressor"),
  AccessorAttachedMacroExpansion: attachedMacro("accessor"),
  MemberAttributeAttachedMacroExpansion: attachedMacro("memberAttribute"),
  MemberAttachedMacroExpansion: attachedMacro("member"),
  PeerAttachedMacroExpansion: attachedMacro("peer"),
  ConformanceAttachedMacroExpansion: attachedMacro("conformance"),
  ExtensionAttachedMacroExpansion: attachedMacro("extension"),
  PreambleAttachedMacroExpansion: attachedMacro("preamble"),
  BodyAttachedMacroExpansion: attachedMacro("body"),
  FreestandingMacroExpansion: freeMacro("freestanding macro expansion #"),
  MacroExpansionUniqueName: freeMacro("unique name #"),
  MacroExpansionLoc: (pr, node) => {
    const words = ["module ", " file ", " line ", " column "];
    for (const [i, child] of node.children.entries()) {
      pr.out += words[i] ?? "";
      pr.print(child);
    }
  },
  Extension: (pr, node) => {
    const [module, extended, signature] = node.children;
    if (pr.options.full) {
      pr.out += "(extension in ";
      pr.print(module, true);
      pr.out += "):";
    }
    pr.print(extended);
    pr.print(signature);
  },
  AnonymousContext: (pr, node) => {
    if (!pr.options.full) return;
    const [name, context, types] = node.children;
    pr.print(context);
    pr.out += `.(unknown context at ${name?.text ?? ""})`;
    if (types !== undefined && types.children.length > 0) {
      pr.out += "<";
      pr.print(types);
      pr.out += ">";
    }
  },
  Module: (pr, node) => {
    if (pr.options.full) pr.out += node.text ?? "";
  },
  LocalDeclName: (pr, node) => {
    pr.print(node.children[1]);
    pr.out += ` #${(node.children[0]?.index ?? 0) + 1}`;
  },
  PrivateDeclName: (pr, node) => {
    const [discriminator, name] = node.children;
    if (!pr.options.full) {
      pr.print(name);
      return;
    }
    pr.out += "(";
    pr.print(name);
    pr.out += `${name === undefined ? "" : " "}in ${discriminator?.text ?? ""})`;
  },
  RelatedEntityDeclName: (pr, node) => {
    pr.out += `related decl '${node.children[0]?.text ?? ""}' for `;
    pr.print(node.children[1]);
  },
};
