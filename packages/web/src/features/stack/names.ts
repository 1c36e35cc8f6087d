/**
 * How names are shown: simplified, as the report has them; full; or as the linker wrote them. The choice is this browser's.
 * The demangler comes when a stack with mangled names is shown.
 */
import type { NameFacts } from "@windfall/core/demangle";
import { createContext, useContext, useEffect, useState } from "react";
import type { Frame, Report } from "./roles.ts";

export const NAME_FORMS = ["simplified", "full", "mangled"] as const;
export type NameForm = (typeof NAME_FORMS)[number];

const KEY = "windfall.names";

export function readNameForm(storage: Storage): NameForm {
  try {
    const stored = storage.getItem(KEY);
    return NAME_FORMS.find((form) => form === stored) ?? "simplified";
  } catch {
    // Storage may be forbidden.
    return "simplified";
  }
}

export type Demangler = typeof import("@windfall/core/demangle");

/** How the demangler comes: pages of a hub load it when it is needed, a folder of files has it. Without it names stay as they are. */
export const DemanglerContext = createContext<(() => Promise<Demangler>) | undefined>(undefined);

export interface Names {
  readonly form: NameForm;
  /** The name in the form that was chosen; until the demangler is there, as the report has it. */
  readonly nameOf: (frame: Frame) => string | undefined;
  /** The name in another form than shown, for whoever points at it. */
  readonly otherName: (frame: Frame) => string | undefined;
  readonly factsOf: (frame: Frame) => NameFacts | undefined;
}

/** Every name in one form. */
export function namesIn(form: NameForm, demangler: Demangler | undefined): Names {
  const nameOf = (frame: Frame): string | undefined => {
    if (frame.linkageName === undefined || form === "simplified") return frame.function;
    if (form === "mangled") return frame.linkageName;
    return demangler?.demangle(frame.linkageName, { form: "full" }) ?? frame.function;
  };
  return {
    form,
    nameOf,
    otherName: (frame) => (form === "mangled" ? frame.function : frame.linkageName),
    factsOf: ({ linkageName }) => (linkageName === undefined ? undefined : demangler?.nameFacts(linkageName)),
  };
}

/** What the simplified form leaves out and a reader must know, with why. */
export function badgesOf(facts: NameFacts | undefined): readonly (readonly [words: string, why: string])[] {
  if (facts === undefined) return [];
  return [
    ...(facts.isMerged
      ? [
          [
            "merged",
            "Several functions with equal code share it: the name is that of one of them. The caller tells which.",
          ] as const,
        ]
      : []),
    ...(facts.asyncPart === undefined
      ? []
      : [
          [`part ${facts.asyncPart}`, "An async function is cut at each await: this is what runs behind one."] as const,
        ]),
  ];
}

export interface NamesChoice extends Names {
  /** Whether any name has more than one form. */
  readonly hasForms: boolean;
  readonly choose: (form: NameForm) => void;
}

const hasMangled = (frames: readonly Frame[]): boolean =>
  frames.some(({ linkageName, function: name }) => linkageName !== undefined && linkageName !== name);

export function useNames({ threads, lastExceptionBacktrace: thrown = [] }: Report): NamesChoice {
  const [form, setForm] = useState(() => readNameForm(localStorage));
  const load = useContext(DemanglerContext);
  const [demangler, setDemangler] = useState<Demangler>();
  const hasForms = hasMangled(thrown) || threads.some(({ frames }) => hasMangled(frames));
  useEffect(() => {
    if (!hasForms || demangler !== undefined || load === undefined) return undefined;
    let isWanted = true;
    load().then(
      (loaded) => isWanted && setDemangler(loaded),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [hasForms, demangler, load]);
  const choose = (next: NameForm) => {
    setForm(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // It holds for this page, then.
    }
  };
  return { ...namesIn(form, demangler), hasForms, choose };
}
