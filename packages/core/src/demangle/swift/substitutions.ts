/** `A…` parts of the name seen before, `S…` types of the standard library, `B…` built-in types. */
import { MAX_REPEAT_COUNT } from "./limits.ts";
import { type Kind, Node } from "./node.ts";
import { type Maybe, type Parser, popTypeChild, swiftType, typeOf, withChildren } from "./parser.ts";

export function multiSubstitution(p: Parser): Maybe {
  let repeat = -1;
  for (;;) {
    const code = p.peek();
    if (code >= 0x30 && code <= 0x39) {
      repeat = p.natural();
      if (repeat < 0) return undefined;
      continue;
    }
    p.pos++;
    if (code === 0x5f) return p.substitutions[repeat + 27];
    // Lower case: more follow. Upper case: the last.
    const isLast = code >= 0x41 && code <= 0x5a;
    if (!isLast && !(code >= 0x61 && code <= 0x7a)) return undefined;
    const node = p.substitutions[code - (isLast ? 0x41 : 0x61)];
    if (!pushRepeated(p, node, repeat)) return undefined;
    if (isLast || node === undefined) return node;
    if (!p.push(node)) return undefined;
    repeat = -1;
  }
}

/** All but the last of `repeat`. */
function pushRepeated(p: Parser, node: Maybe, repeat: number): boolean {
  if (node === undefined || repeat > MAX_REPEAT_COUNT) return false;
  for (let i = 1; i < repeat; i++) if (!p.push(node)) return false;
  return true;
}

const named = (kind: Kind, names: string): (readonly [string, readonly [Kind, string]])[] =>
  names.split(" ").map((entry) => {
    const at = entry.indexOf(":");
    return [entry.slice(0, at), [kind, entry.slice(at + 1)]];
  });

const STANDARD: ReadonlyMap<string, readonly [Kind, string]> = new Map([
  ...named(
    "Structure",
    "A:AutoreleasingUnsafeMutablePointer a:Array b:Bool D:Dictionary d:Double f:Float h:Set I:DefaultIndices i:Int J:Character N:ClosedRange n:Range O:ObjectIdentifier P:UnsafePointer p:UnsafeMutablePointer R:UnsafeBufferPointer r:UnsafeMutableBufferPointer S:String s:Substring u:UInt V:UnsafeRawPointer v:UnsafeMutableRawPointer W:UnsafeRawBufferPointer w:UnsafeMutableRawBufferPointer",
  ),
  ...named("Enum", "q:Optional"),
  ...named(
    "Protocol",
    "B:BinaryFloatingPoint E:Encodable e:Decodable F:FloatingPoint G:RandomNumberGenerator H:Hashable j:Numeric K:BidirectionalCollection k:RandomAccessCollection L:Comparable l:Collection M:MutableCollection m:RangeReplaceableCollection Q:Equatable T:Sequence t:IteratorProtocol U:UnsignedInteger X:RangeExpression x:Strideable Y:RawRepresentable y:StringProtocol Z:SignedInteger z:BinaryInteger",
  ),
  ...named(
    "Protocol",
    "cA:Actor cF:Executor cf:SerialExecutor ch:TaskExecutor cI:AsyncIteratorProtocol ci:AsyncSequence",
  ),
  ...named(
    "Structure",
    "cC:CheckedContinuation cc:UnsafeContinuation cE:CancellationError ce:UnownedSerialExecutor cG:TaskGroup cg:ThrowingTaskGroup cJ:UnownedJob cP:TaskPriority cS:AsyncStream cs:AsyncThrowingStream cT:Task ct:UnsafeCurrentTask",
  ),
  ...named("Class", "cM:MainActor"),
]);

/** Made when it is first asked for, and shared: nothing changes a node that was pushed. */
const made = new Map<string, Node>();

/** The type that a letter of the standard library stands for; `c` opens those of concurrency. */
export function standardType(letters: string): Maybe {
  const known = made.get(letters);
  if (known !== undefined) return known;
  const entry = STANDARD.get(letters);
  const type = entry && swiftType(entry[0], entry[1]);
  if (type !== undefined) made.set(letters, type);
  return type;
}

export function standardSubstitution(p: Parser): Maybe {
  if (p.nextIf("o")) return new Node("Module", "__C");
  if (p.nextIf("C")) return new Node("Module", "__C_Synthesized");
  if (p.nextIf("g")) {
    const list = withChildren("TypeList", p.pop("Type"));
    return p.substitutable(typeOf(withChildren("BoundGenericEnum", standardType("q"), list)));
  }
  const repeat = p.natural();
  const node = standardType(p.nextIf("c") ? `c${p.next()}` : p.next());
  return pushRepeated(p, node, repeat) ? node : undefined;
}

const BUILTINS: Readonly<Record<string, string>> = {
  A: "ImplicitActor",
  b: "BridgeObject",
  B: "UnsafeValueBuffer",
  c: "RawUnsafeContinuation",
  D: "DefaultActorStorage",
  d: "NonDefaultDistributedActorStorage",
  e: "Executor",
  I: "IntLiteral",
  j: "Job",
  O: "UnknownObject",
  o: "NativeObject",
  P: "PackIndex",
  p: "RawPointer",
  t: "SILToken",
  w: "Word",
};
/** Bits of a built-in number and elements of a vector; upstream's own bound. */
const MAX_BUILTIN_SIZE = 4096;

export function builtinType(p: Parser): Maybe {
  const letter = p.next();
  switch (letter) {
    case "f":
    case "i":
    case "v": {
      const size = p.index() - 1;
      if (size <= 0 || size > MAX_BUILTIN_SIZE) return undefined;
      if (letter !== "v") return builtin(`${letter === "f" ? "FPIEEE" : "Int"}${size}`);
      const element = popTypeChild(p);
      if (element?.kind !== "BuiltinTypeName") return undefined;
      return builtin(`Vec${size}x${element.text?.slice("Builtin.".length) ?? ""}`);
    }
    case "V": {
      const element = p.pop("Type");
      return typeOf(withChildren("BuiltinFixedArray", p.pop("Type"), element));
    }
    case "T":
      return typeOf(new Node("BuiltinTupleType", "Builtin.TheTupleType"));
    default: {
      const name = BUILTINS[letter];
      return name === undefined ? undefined : builtin(name);
    }
  }
}

const builtin = (name: string): Maybe => typeOf(new Node("BuiltinTypeName", `Builtin.${name}`));
