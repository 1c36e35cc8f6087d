/** Protocols, conformances of types to them, and the paths by which a conformance is found (`H…`, `g`). */
import { popName } from "./identifiers.ts";
import { Node } from "./node.ts";
import { type Kind } from "./node.ts";
import { type Maybe, type Parser, plus, popContext, popList, popModule, typeOf, withChildren } from "./parser.ts";

export function isProtocol(node: Node): boolean {
  if (node.kind !== "Type") return node.kind === "Protocol";
  const [child] = node.children;
  return child !== undefined && child.kind === "Protocol";
}

/** A protocol on the stack, or the name and context of one. */
export function popProtocol(p: Parser): Maybe {
  const type = p.pop("Type");
  if (type !== undefined) return isProtocol(type) ? type : undefined;
  const name = popName(p);
  return typeOf(withChildren("Protocol", popContext(p), name));
}

export function popProtocolConformance(p: Parser): Maybe {
  const signature = p.pop("DependentGenericSignature");
  const module = popModule(p);
  const protocol = popProtocol(p);
  let type = p.pop("Type");
  let name: Maybe;
  if (type === undefined) {
    name = p.pop("Identifier");
    type = p.pop("Type");
  }
  if (signature !== undefined) type = typeOf(withChildren("DependentGenericType", signature, type));
  return plus(withChildren("ProtocolConformance", type, protocol, module), name);
}

const DEPENDENT: ReadonlySet<string> = new Set([
  "DependentProtocolConformanceRoot",
  "DependentProtocolConformanceInherited",
  "DependentProtocolConformanceAssociated",
  "DependentProtocolConformanceOpaque",
]);
const ANY: ReadonlySet<string> = new Set([...DEPENDENT, "ConcreteProtocolConformance", "PackProtocolConformance"]);

const popConditions = (p: Parser): Maybe => popList(p, "AnyProtocolConformanceList", (from) => from.popOf(ANY));

export function retroactiveConformance(p: Parser): Maybe {
  const index = p.indexNode();
  return withChildren("RetroactiveConformance", index, p.popOf(ANY));
}

/** `H…`: paths to conformances, and records that the runtime looks up. */
export function conformancePath(p: Parser): Maybe {
  const letter = p.next();
  switch (letter) {
    case "A": {
      const index = conformanceIndex(p);
      const protocol = popProtocol(p);
      const associated = withChildren("DependentAssociatedConformance", p.pop("Type"), protocol);
      return withChildren("DependentProtocolConformanceAssociated", p.popOf(DEPENDENT), associated, index);
    }
    case "C": {
      const conditions = popConditions(p);
      const reference =
        p.pop("ProtocolConformanceRefInTypeModule") ??
        p.pop("ProtocolConformanceRefInProtocolModule") ??
        otherModule(p);
      return withChildren("ConcreteProtocolConformance", p.pop("Type"), reference, conditions);
    }
    case "D": {
      const index = conformanceIndex(p);
      const protocol = popProtocol(p);
      return withChildren("DependentProtocolConformanceRoot", p.pop("Type"), protocol, index);
    }
    case "I": {
      const index = conformanceIndex(p);
      const protocol = popProtocol(p);
      return withChildren("DependentProtocolConformanceInherited", p.popOf(DEPENDENT), protocol, index);
    }
    case "O": {
      const type = p.pop("Type");
      return withChildren("DependentProtocolConformanceOpaque", p.popOf(DEPENDENT), type);
    }
    case "P":
      return withChildren("ProtocolConformanceRefInTypeModule", popProtocol(p));
    case "p":
      return withChildren("ProtocolConformanceRefInProtocolModule", popProtocol(p));
    case "X":
      return withChildren("PackProtocolConformance", popConditions(p));
    case "c":
      return withChildren("ProtocolConformanceDescriptorRecord", popProtocolConformance(p));
    case "n":
      return withChildren("NominalTypeDescriptorRecord", p.pop("Type"));
    case "o":
      return withChildren("OpaqueTypeDescriptorRecord", p.popAny());
    case "r":
      return withChildren("ProtocolDescriptorRecord", popProtocol(p));
    case "F":
      return new Node("AccessibleFunctionRecord");
    default:
      return undefined;
  }
}

function otherModule(p: Parser): Maybe {
  const module = popModule(p);
  return withChildren("ProtocolConformanceRefInOtherModule", popProtocol(p), module);
}

/** 0 is an error, 1 unknown; what is known counts from 2. */
function conformanceIndex(p: Parser): Maybe {
  const index = p.index();
  if (index <= 0) return undefined;
  const kind: Kind = index === 1 ? "UnknownIndex" : "Index";
  return index === 1 ? new Node(kind) : new Node(kind, undefined, index - 2);
}
