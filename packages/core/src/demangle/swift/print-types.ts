/** Types: sugar for optionals and collections, functions with their attributes, generic signatures, the compiler's own function types. */
import { MAX_GENERIC_PARAMS } from "./limits.ts";
import type { Kind, Node } from "./node.ts";
import { type Print, type Printer, childOf, printOrNothing } from "./printer.ts";

const SIMPLE: ReadonlySet<string> = new Set(
  "AssociatedTypeRef BoundGenericClass BoundGenericEnum BoundGenericStructure BoundGenericProtocol BoundGenericOtherNominalType BoundGenericTypeAlias BuiltinTypeName BuiltinTupleType BuiltinFixedArray Class DependentGenericType DependentMemberType DependentGenericParamType DynamicSelf Enum ErrorType ExistentialMetatype Metatype MetatypeRepresentation Module Tuple Pack SILPackDirect SILPackIndirect ConstrainedExistentialRequirementList ConstrainedExistentialSelf Protocol ReturnType SILBoxType SILBoxTypeWithLayout Structure OtherNominalType TupleElementName TypeAlias TypeList LabelList SugaredOptional SugaredArray SugaredInlineArray SugaredDictionary SugaredParen Integer NegativeInteger".split(
    " ",
  ),
);

/** Whether `?` or `.Type` behind it needs no parentheses around it. */
function isSimple(node: Node | undefined): boolean {
  let inner = node;
  while (inner?.kind === "Type") [inner] = inner.children;
  if (inner === undefined) return true;
  if (inner.kind === "ProtocolList") return (inner.children[0]?.children.length ?? 0) <= 1;
  if (inner.kind === "ProtocolListWithAnyObject") return inner.children[0]?.children[0]?.children.length === 0;
  return SIMPLE.has(inner.kind);
}

function printInParens(pr: Printer, node: Node | undefined): void {
  const simple = isSimple(node);
  if (!simple) pr.out += "(";
  pr.print(node);
  if (!simple) pr.out += ")";
}

/** The type of the standard library that has a shorter spelling. */
function sugaredName(node: Node): string | undefined {
  if (node.children.length !== 2) return undefined;
  const [module, name] = node.children[0]?.children[0]?.children ?? [];
  const args = node.children[1]?.children.length;
  if (module?.kind !== "Module" || module.text !== "Swift" || name?.kind !== "Identifier") return undefined;
  const isOptional = name.text === "Optional" || name.text === "ImplicitlyUnwrappedOptional";
  if (node.kind === "BoundGenericEnum") return isOptional && args === 1 ? name.text : undefined;
  if (node.kind !== "BoundGenericStructure") return undefined;
  if (name.text === "Array" && args === 1) return name.text;
  return name.text === "Dictionary" && args === 2 ? name.text : undefined;
}

const boundGeneric: Print = (pr, node) => {
  const [type, args] = node.children;
  if (args === undefined) return;
  if (node.kind === "BoundGenericProtocol" && node.children.length === 2) {
    pr.printAll(args.children);
    pr.out += " as ";
    pr.print(type);
    return;
  }
  const [first, second] = args.children;
  const name = pr.options.sugar ? sugaredName(node) : undefined;
  switch (name) {
    case "Optional":
    case "ImplicitlyUnwrappedOptional":
      printInParens(pr, first);
      pr.out += name === "Optional" ? "?" : "!";
      return;
    case "Array":
      pr.out += "[";
      pr.print(first);
      pr.out += "]";
      return;
    case "Dictionary":
      pr.out += "[";
      pr.print(first);
      pr.out += " : ";
      pr.print(second);
      pr.out += "]";
      return;
    default:
      pr.print(type);
      pr.out += "<";
      pr.printAll(args.children, ", ");
      pr.out += ">";
  }
};

const DIFFERENTIABLE: Readonly<Record<string, string>> = {
  f: "@differentiable(_forward)",
  r: "@differentiable(reverse)",
  l: "@differentiable(_linear)",
  d: "@differentiable",
};

const FUNCTION_PREFIXES: Partial<Record<Kind, string>> = {
  AutoClosureType: "@autoclosure ",
  EscapingAutoClosureType: "@autoclosure ",
  ThinFunctionType: "@convention(thin) ",
};

const PLAIN_FUNCTIONS: ReadonlySet<string> = new Set(["FunctionType", "NoEscapeFunctionType", "UncurriedFunctionType"]);

export function printFunctionType(pr: Printer, node: Node, labels?: Node): void {
  const { children } = node;
  const result = children[children.length - 1];
  const parameters = children[children.length - 2];
  // Without an attribute before them, as nearly all functions are.
  if (children.length === 2 && PLAIN_FUNCTIONS.has(node.kind)) {
    printParameters(pr, labels, parameters);
    if (!pr.options.full) return;
    pr.out += " -> ";
    pr.printAll(result?.children ?? []);
    return;
  }
  const attributes = children.slice(0, -2);
  const find = (kind: Kind) => attributes.find((child) => child.kind === kind);
  pr.out += conventionOf(node) ?? FUNCTION_PREFIXES[node.kind] ?? "";
  pr.print(find("GlobalActorFunctionType"));
  if (find("IsolatedAnyFunctionType")) pr.out += "@isolated(any) ";
  const differentiable = find("DifferentiableFunctionType")?.text;
  if (differentiable !== undefined) pr.out += `${DIFFERENTIABLE[differentiable] ?? ""} `;
  if (find("NonIsolatedCallerFunctionType")) pr.out += "nonisolated(nonsending) ";
  if (find("ConcurrentFunctionType")) pr.out += "@Sendable ";
  printParameters(pr, labels, parameters);
  if (!pr.options.full) return;
  if (find("AsyncAnnotation")) pr.out += " async";
  const throwing = find("ThrowsAnnotation") ?? find("TypedThrowsAnnotation");
  pr.print(throwing);
  pr.out += find("SendingResultFunctionType") ? " -> sending " : " -> ";
  pr.printAll(result?.children ?? []);
}

function conventionOf(node: Node): string | undefined {
  const clang = childOf(node, "ClangType")?.text;
  const type = clang === undefined ? "" : `, mangledCType: "${clang}"`;
  if (node.kind === "CFunctionPointer") return `@convention(c${type}) `;
  if (node.kind === "ObjCBlock") return `@convention(block${type}) `;
  if (node.kind === "EscapingObjCBlock") return `@escaping @convention(block${type}) `;
  return undefined;
}

export function printParameters(pr: Printer, labels: Node | undefined, parameters: Node | undefined): void {
  let inner = parameters?.children[0];
  while (inner?.kind === "Type") [inner] = inner.children;
  const { full } = pr.options;
  if (inner?.kind !== "Tuple") {
    if (!full) pr.out += "(_:)";
    else {
      pr.out += "(";
      pr.print(inner);
      pr.out += ")";
    }
    return;
  }
  const hasLabels = labels !== undefined && labels.children.length > 0;
  pr.out += "(";
  for (let i = 0; i < inner.children.length; i++) {
    const parameter = inner.children[i];
    if (parameter === undefined) break;
    if (i > 0 && full) pr.out += ", ";
    if (hasLabels) {
      const label = labels.children[i];
      pr.out += `${label?.kind === "Identifier" ? (label.text ?? "") : "_"}:${full ? " " : ""}`;
    } else if (!full) pr.out += `${childOf(parameter, "TupleElementName")?.text ?? "_"}:`;
    if (full) pr.print(parameter);
  }
  pr.out += ")";
}

/** `A`, `B`, …, with the depth of the signature behind it where that is not the outermost. */
function parameterName(depth: number, index: number): string {
  let name = "";
  let rest = index;
  do {
    name += String.fromCharCode(0x41 + (rest % 26));
    rest = Math.floor(rest / 26);
  } while (rest > 0);
  return depth === 0 ? name : name + depth;
}

/** Upstream holds the index against the depth, and the depth against the index (6.3.1): so does who wants its text. */
function isMarked(marker: Node, depth: number, index: number): boolean {
  const parameter = marker.children[0]?.children[0];
  return parameter?.children[0]?.index === index && parameter.children[1]?.index === depth;
}

const genericSignature: Print = (pr, node) => {
  const counts = node.children.filter(({ kind }) => kind === "DependentGenericParamCount");
  const markers = node.children.filter(
    ({ kind }) => kind === "DependentGenericParamPackMarker" || kind === "DependentGenericParamValueMarker",
  );
  const requirements = node.children.filter((child) => !counts.includes(child) && !markers.includes(child));
  pr.out += "<";
  for (const [depth, { index: count = 0 }] of counts.entries()) {
    if (depth > 0) pr.out += "><";
    for (let i = 0; i < count; i++) {
      if (i > 0) pr.out += ", ";
      if (i >= MAX_GENERIC_PARAMS) {
        pr.out += "...";
        break;
      }
      const marker = markers.find((candidate) => isMarked(candidate, depth, i));
      if (marker !== undefined) pr.out += marker.kind === "DependentGenericParamPackMarker" ? "each " : "let ";
      pr.out += parameterName(depth, i);
    }
  }
  if (requirements.length > 0 && pr.options.full) {
    pr.out += " where ";
    pr.printAll(requirements, ", ");
  }
  pr.out += ">";
};

const LAYOUTS: Readonly<Record<string, string>> = {
  U: "_UnknownLayout",
  R: "_RefCountedObject",
  N: "_NativeRefCountedObject",
  C: "AnyObject",
  D: "_NativeClass",
  T: "_Trivial",
  E: "_Trivial",
  e: "_Trivial",
  M: "_TrivialAtMost",
  m: "_TrivialAtMost",
  B: "_BridgeObject",
  S: "_TrivialStride",
};
const INVERTIBLE = ["Swift.Copyable", "Swift.Escapable"];

const between =
  (middle: string, behind = ""): Print =>
  (pr, node) => {
    pr.print(node.children[0]);
    pr.out += middle;
    pr.print(node.children[1]);
    pr.out += behind;
  };

const around =
  (before: string, behind: string, separator = ""): Print =>
  (pr, node) => {
    pr.out += before;
    pr.printAll(node.children, separator);
    pr.out += behind;
  };

const metatype: Print = (pr, node) => {
  const type = node.children.at(-1)?.children[0];
  if (node.children.length === 2) {
    pr.print(node.children[0]);
    pr.out += " ";
  }
  if (node.kind === "ExistentialMetatype") {
    pr.print(type);
    pr.out += ".Type";
    return;
  }
  printInParens(pr, type);
  const isExistential = type?.kind === "ExistentialMetatype" || (type?.kind.startsWith("ProtocolList") ?? false);
  pr.out += isExistential ? ".Protocol" : ".Type";
};

const functionType: Print = (pr, node) => printFunctionType(pr, node);

/** Attributes, then `(parameters) -> (results)`; substitutions stand around. */
const implFunctionType: Print = (pr, node) => {
  const pattern = childOf(node, "ImplPatternSubstitutions");
  const invocation = childOf(node, "ImplInvocationSubstitutions");
  const sending = childOf(node, "ImplSendingResult");
  const inputs = node.children.filter(({ kind }) => kind === "ImplParameter");
  const results = node.children.filter(
    ({ kind }) => kind === "ImplResult" || kind === "ImplYield" || kind === "ImplErrorResult",
  );
  for (const child of node.children) {
    if (child === pattern || child === invocation || child === sending) continue;
    if (inputs.includes(child) || results.includes(child)) continue;
    pr.print(child);
    pr.out += " ";
  }
  if (pattern !== undefined) {
    pr.out += "@substituted ";
    pr.print(pattern.children[0]);
    pr.out += " ";
  }
  pr.out += "(";
  pr.printAll(inputs, ", ");
  pr.out += ") -> ";
  if (sending !== undefined) pr.out += "sending ";
  pr.out += "(";
  pr.printAll(results, ", ");
  pr.out += ")";
  for (const list of [pattern?.children[1], invocation?.children[0]]) {
    if (list === undefined) continue;
    pr.out += " for <";
    pr.print(list);
    pr.out += ">";
  }
};

const OPTIONAL_WORDS: ReadonlySet<string> = new Set([
  "ImplParameterSending",
  "ImplParameterIsolated",
  "ImplParameterImplicitLeading",
]);

const implValue =
  (before: string): Print =>
  (pr, node) => {
    pr.out += before;
    // Upstream prints one word more than the convention at most.
    const isShown = ({ kind, text: words }: Node) =>
      words !== "" && (node.children.length <= 4 || !OPTIONAL_WORDS.has(kind));
    const shown = node.children.filter(isShown);
    pr.printAll(shown, " ");
  };

const text: Print = (pr, node) => {
  pr.out += node.text ?? "";
};
const word =
  (words: string): Print =>
  (pr) => {
    pr.out += words;
  };
const number: Print = (pr, node) => {
  pr.out += String(node.index ?? "");
};

export const TYPE_PRINTERS: Partial<Record<Kind, Print>> = {
  Type: (pr, node, asPrefix) => pr.print(node.children[0], asPrefix),
  TypeMangling: (pr, node) => {
    const [first, second] = node.children;
    const type = second?.children[0];
    if (first?.kind === "LabelList" && type !== undefined) printFunctionType(pr, type, first);
    else pr.print(first);
  },
  BoundGenericClass: boundGeneric,
  BoundGenericStructure: boundGeneric,
  BoundGenericEnum: boundGeneric,
  BoundGenericProtocol: boundGeneric,
  BoundGenericOtherNominalType: boundGeneric,
  BoundGenericTypeAlias: boundGeneric,
  FunctionType: functionType,
  UncurriedFunctionType: functionType,
  NoEscapeFunctionType: functionType,
  AutoClosureType: functionType,
  EscapingAutoClosureType: functionType,
  ThinFunctionType: functionType,
  CFunctionPointer: functionType,
  ObjCBlock: functionType,
  EscapingObjCBlock: functionType,
  GlobalActorFunctionType: around("@", " "),
  ThrowsAnnotation: word(" throws"),
  TypedThrowsAnnotation: around(" throws(", ")"),
  AsyncAnnotation: word(" async"),
  ConcurrentFunctionType: word("@Sendable "),
  SendingResultFunctionType: word("sending "),
  ArgumentTuple: (pr, node) => printParameters(pr, undefined, node),
  ReturnType: around(" -> ", ""),
  Tuple: around("(", ")", ", "),
  TupleElement: (pr, node) => {
    const label = childOf(node, "TupleElementName")?.text;
    if (label !== undefined) pr.out += `${label}: `;
    pr.print(childOf(node, "Type"));
    if (childOf(node, "VariadicMarker")) pr.out += "...";
  },
  Pack: around("Pack{", "}", ", "),
  SILPackDirect: around("@direct Pack{", "}", ", "),
  SILPackIndirect: around("@indirect Pack{", "}", ", "),
  PackExpansion: (pr, node) => {
    pr.out += "repeat ";
    pr.print(node.children[0]);
  },
  PackElement: (pr, node) => {
    pr.out += `/* level: ${node.children[1]?.index ?? ""} */ each `;
    pr.print(node.children[0]);
  },
  BuiltinTypeName: text,
  BuiltinTupleType: text,
  BuiltinFixedArray: around("Builtin.FixedArray<", ">", ", "),
  Integer: number,
  NegativeInteger: number,
  InOut: around("inout ", ""),
  Isolated: around("isolated ", ""),
  Sending: around("sending ", ""),
  Shared: around("__shared ", ""),
  Owned: around("__owned ", ""),
  NoDerivative: around("@noDerivative ", ""),
  CompileTimeLiteral: around("_const ", ""),
  ConstValue: around("@const ", ""),
  Weak: around("weak ", ""),
  Unowned: around("unowned ", ""),
  Unmanaged: around("unowned(unsafe) ", ""),
  DynamicSelf: word("Self"),
  ErrorType: word("<ERROR TYPE>"),
  Metatype: metatype,
  ExistentialMetatype: metatype,
  MetatypeRepresentation: text,
  ProtocolList: (pr, node) => {
    const protocols = node.children[0]?.children ?? [];
    if (protocols.length === 0) pr.out += "Any";
    else pr.printAll(protocols, " & ");
  },
  ProtocolListWithClass: (pr, node) => {
    const protocols = node.children[0]?.children[0]?.children ?? [];
    pr.print(node.children[1]);
    pr.out += " & ";
    pr.printAll(protocols, " & ");
  },
  ProtocolListWithAnyObject: (pr, node) => {
    const protocols = node.children[0]?.children[0]?.children ?? [];
    pr.printAll(protocols, " & ");
    if (protocols.length > 0) pr.out += " & ";
    pr.out += "Swift.AnyObject";
  },
  ConstrainedExistential: (pr, node) => {
    pr.out += "any ";
    pr.print(node.children[0]);
    pr.out += "<";
    pr.print(node.children[1]);
    pr.out += ">";
  },
  ConstrainedExistentialRequirementList: around("", "", ", "),
  ConstrainedExistentialSelf: word("Self"),
  ExtendedExistentialTypeShape: (pr, node) => {
    // Upstream looks for both one place too far (6.3.1).
    pr.out += "existential shape for ";
    if (node.children[1] !== undefined) {
      pr.print(node.children[1]);
      pr.out += " ";
    }
    pr.out += "any ";
    printOrNothing(pr, node.children[2]);
  },
  AssociatedTypeRef: (pr, node) => {
    pr.print(node.children[0]);
    pr.out += `.${node.children[1]?.text ?? ""}`;
  },
  SILBoxType: around("@box ", ""),
  SILBoxTypeWithLayout: (pr, node) => {
    const [layout, signature, args] = node.children;
    if (signature !== undefined) {
      pr.print(signature);
      pr.out += " ";
    }
    pr.print(layout);
    if (args !== undefined) {
      pr.out += " <";
      pr.printAll(args.children, ", ");
      pr.out += ">";
    }
  },
  SILBoxLayout: (pr, node) => {
    pr.out += "{";
    for (const [i, child] of node.children.entries()) {
      pr.out += i > 0 ? ", " : " ";
      pr.print(child);
    }
    pr.out += " }";
  },
  SILBoxMutableField: around("var ", ""),
  SILBoxImmutableField: around("let ", ""),
  SugaredOptional: (pr, node) => {
    printInParens(pr, node.children[0]);
    pr.out += "?";
  },
  SugaredArray: around("[", "]"),
  SugaredDictionary: around("[", "]", " : "),
  SugaredInlineArray: around("[", "]", " of "),
  SugaredParen: around("(", ")"),
  DependentGenericSignature: genericSignature,
  DependentPseudogenericSignature: genericSignature,
  DependentGenericType: (pr, node) => {
    const [signature, type] = node.children;
    pr.print(signature);
    let inner = type;
    while (inner?.kind === "Type") [inner] = inner.children;
    if (inner !== undefined && inner.kind !== "DependentGenericType" && !inner.kind.endsWith("FunctionType"))
      pr.out += " ";
    pr.print(type);
  },
  DependentGenericParamType: (pr, { children: [depth, index] }) => {
    pr.out += parameterName(depth?.index ?? 0, index?.index ?? 0);
  },
  DependentMemberType: between("."),
  DependentAssociatedTypeRef: (pr, { children: [name, protocol] }) => {
    if (protocol !== undefined) {
      pr.print(protocol);
      pr.out += ".";
    }
    pr.print(name);
  },
  DependentGenericConformanceRequirement: between(": "),
  DependentGenericSameTypeRequirement: between(" == "),
  DependentGenericSameShapeRequirement: between(".shape == ", ".shape"),
  DependentGenericInverseConformanceRequirement: (pr, { children: [type, bit] }) => {
    pr.print(type);
    pr.out += `: ~${INVERTIBLE[bit?.index ?? -1] ?? `Swift.<bit ${bit?.index ?? ""}>`}`;
  },
  DependentGenericLayoutRequirement: (pr, { children: [type, layout, size, alignment] }) => {
    pr.print(type);
    pr.out += `: ${LAYOUTS[layout?.text ?? ""] ?? ""}`;
    if (size !== undefined)
      pr.out += `(${size.index ?? ""}${alignment === undefined ? "" : `, ${alignment.index ?? ""}`})`;
  },
  OpaqueType: (pr, { children: [parent, index] }) => {
    pr.print(parent);
    pr.out += ".";
    pr.print(index);
  },
  OpaqueReturnType: word("some"),
  OpaqueReturnTypeOf: around("<<opaque return type of ", ">>"),
  ImplFunctionType: implFunctionType,
  ImplEscaping: word("@escaping"),
  ImplErasedIsolation: word("@isolated(any)"),
  ImplSendingResult: word("sending"),
  ImplDifferentiabilityKind: (pr, node) => {
    pr.out += DIFFERENTIABLE[node.text ?? ""] ?? "";
  },
  ImplCoroutineKind: (pr, node) => {
    pr.out += `@${node.text ?? ""}`;
  },
  ImplConvention: text,
  ImplFunctionAttribute: text,
  ImplFunctionConvention: (pr, { children: [name, clang] }) => {
    const type = clang === undefined ? "" : `, mangledCType: "${clang.text ?? ""}"`;
    pr.out += `@convention(${name?.text ?? ""}${type})`;
  },
  ImplParameterResultDifferentiability: text,
  ImplParameter: implValue(""),
  ImplResult: implValue(""),
  ImplYield: implValue("@yields "),
  ImplErrorResult: implValue("@error "),
  ImplParameterSending: text,
  ImplParameterIsolated: text,
  ImplParameterImplicitLeading: text,
  TypeList: around("", ""),
};
